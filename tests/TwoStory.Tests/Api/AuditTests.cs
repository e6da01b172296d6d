using System.Text.RegularExpressions;
using TwoStory.Core.Accounts;

namespace TwoStory.Tests.Api;

public sealed partial class AuditTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task An_owner_reads_the_actor_action_time_and_origin_of_each_event()
    {
        var owner = await host.RegisterOwnerAsync();
        var (email, other) = (ApiHost.Unique("nina"), ApiHost.Unique("other"));
        var expected = new List<(string Action, Guid? User, string? Subject, string? Detail)> { ("registered", owner.UserId, null, null) };
        void Expect(string action, Guid user, object? subject = null, string? detail = null) => expected.Add((action, user, subject?.ToString(), detail));

        await host.SignInAsync(owner.Email);
        Expect("signed_in", owner.UserId);
        await host.Anonymous().PostAsync("auth/login", new { email = owner.Email, password = "not the password" });
        Expect("sign_in_failed", owner.UserId);
        var invitation = (await owner.PostAsync("organization/users/invite", new { email, role = "agent" })).Text("id");
        Expect("invitation_made", owner.UserId, invitation, "agent");
        await owner.PostAsync($"organization/users/invitations/{invitation}/resend");
        Expect("invitation_sent_again", owner.UserId, invitation, "agent");
        var revoked = (await owner.PostAsync("organization/users/invite", new { email = other, role = "admin" })).Text("id");
        Expect("invitation_made", owner.UserId, revoked, "admin");
        await owner.DeleteAsync($"organization/users/invitations/{revoked}");
        Expect("invitation_revoked", owner.UserId, revoked);
        var nina = owner.As((await host.Anonymous().PostAsync("auth/accept-invite", new { token = await TokenAsync(email), name = "Nina New", password = ApiClient.Password })).Json);
        Expect("invitation_accepted", nina.UserId, invitation, "agent");
        await owner.PutAsync($"organization/users/{nina.UserId}", new { role = "admin", name = "Nina Known" });
        Expect("user_role_changed", owner.UserId, nina.UserId, "agent to admin");
        await nina.PutAsync("organization", new { windowDays = 5, radiusMiles = 2 });
        Expect("organization_changed", nina.UserId, null, "radiusMiles, windowDays");
        await owner.PutAsync("organization/subscription", new { tier = "team" });
        Expect("subscription_changed", owner.UserId, null, "team");
        await owner.PostAsync("organization/spark-credentials", new { strategy = "bearer", accessToken = "sim-idx-hush" });
        Expect("spark_credentials_set", owner.UserId, null, "bearer");
        var run = (await nina.PostAsync("jobs/nearby-sales")).Text("id");
        Expect("job_started", nina.UserId, run, "nearby-sales");
        var lead = (await nina.AddLeadAsync("Lena Lead", null)).Text("id");
        await nina.DeleteAsync($"leads/{lead}");
        Expect("lead_deleted", nina.UserId, lead);
        await owner.DeleteAsync($"organization/users/{nina.UserId}");
        Expect("user_removed", owner.UserId, nina.UserId, "Nina Known");
        owner = owner.As((await owner.PostAsync("auth/change-password", new { currentPassword = ApiClient.Password, newPassword = "another password" })).Json);
        Expect("password_changed", owner.UserId);
        await host.Anonymous().PostAsync("auth/forgot-password", new { email = owner.Email });
        Expect("password_forgotten", owner.UserId);
        await host.Anonymous().PostAsync("auth/reset-password", new { token = await TokenAsync(owner.Email), password = "a third password" });
        Expect("password_reset", owner.UserId);
        owner = await host.SignInAsync(owner.Email, "a third password");
        Expect("signed_in", owner.UserId);

        var events = new List<System.Text.Json.JsonElement>();
        for (string? after = ""; after is not null;)
        {
            var page = await owner.GetAsync($"organization/audit?limit=4{after}");
            events.AddRange(page.Items);
            after = page.Text("next") is { } next ? $"&after={next}" : null;
        }

        Assert.Equal(Enumerable.Reverse(expected), events.Select(happened => (
            happened.GetProperty("action").GetString()!, (Guid?)happened.GetProperty("userId").GetGuid(), happened.GetProperty("subject").GetString(), happened.GetProperty("detail").GetString())));
        Assert.All(events, happened => Assert.Equal("127.0.0.1", happened.GetProperty("ipAddress").GetString()));
        Assert.All(events, happened => Assert.NotEmpty(happened.GetProperty("requestId").GetString()!));
        // The removed user's name is still known, as it was then.
        Assert.Equal(
            ["Nina Known", "Nina Known", "Nina Known", "Nina New"],
            (await owner.GetAsync($"organization/audit?userId={nina.UserId}")).Items.Select(happened => happened.GetProperty("userName").GetString()));
        Assert.Equal(2, (await owner.GetAsync("organization/audit?action=signed_in")).Items.Count);
        var text = string.Concat(events.Select(happened => happened.GetRawText()));
        Assert.All(new[] { "@example.com", "password\"", "hush", "Lena", owner.RefreshToken }, secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
        Assert.Equal((400, "validation_failed"), StatusAndCode(await owner.GetAsync("organization/audit?action=everything")));
    }

    [Fact]
    public async Task Refused_requests_and_requests_without_effect_are_not_recorded_as_changes()
    {
        var owner = await host.RegisterOwnerAsync();
        var agent = await host.AddColleagueAsync(owner, Role.Agent);

        Assert.Equal(409, (await owner.DeleteAsync($"organization/users/{owner.UserId}")).Status);
        Assert.Equal(409, (await owner.PutAsync($"organization/users/{owner.UserId}", new { role = "agent" })).Status);
        Assert.Equal(200, (await owner.PutAsync($"organization/users/{agent.UserId}", new { name = "Another Name" })).Status);
        Assert.Equal(200, (await owner.PutAsync("organization", new { windowDays = 7 })).Status);
        Assert.Equal(412, (await owner.PutAsync("organization", new { windowDays = 9 }, ifMatch: "\"0\"")).Status);
        Assert.Equal(422, (await owner.PostAsync("organization/spark-credentials", new { strategy = "bearer", accessToken = "wrong" })).Status);
        Assert.Equal(404, (await agent.DeleteAsync($"leads/{(await owner.AddLeadAsync("Not the agent's", null)).Text("id")}")).Status);

        Assert.Equal(["signed_in", "registered"], (await owner.GetAsync("organization/audit")).Items.Select(happened => happened.GetProperty("action").GetString()));
        Assert.Equal((403, "role_required"), StatusAndCode(await agent.GetAsync("organization/audit")));
    }

    static (int, string) StatusAndCode(Answer answer) => (answer.Status, answer.Code);

    // From the newest mail, as its reader has it.
    async Task<string> TokenAsync(string email)
    {
        var payload = await host.Database.QueryFirstAsync<string>(
            "select payload from email_outbox where recipient = @email order by id desc limit 1", new { email }, default);
        return Token().Match(payload!).Groups[1].Value;
    }

    [GeneratedRegex(@"\?token=([\w-]{43})")]
    private static partial Regex Token();
}
