using System.Text.RegularExpressions;
using TwoStory.Core.Accounts;

namespace TwoStory.Tests.Api;

public sealed partial class TeamTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task An_invited_person_joins_once_with_the_role_they_were_given()
    {
        var owner = await host.RegisterOwnerAsync();
        var email = ApiHost.Unique("new");
        var invited = await owner.PostAsync("organization/users/invite", new { email, role = "agent" });
        Assert.Equal(201, invited.Status);
        var token = await TokenAsync(email);
        Assert.DoesNotContain(token, invited.Json.GetRawText(), StringComparison.Ordinal);

        var joined = await AcceptAsync(token);
        Assert.Equal((201, "agent", email), (joined.Status, joined["user"].GetProperty("role").GetString(), joined["user"].GetProperty("email").GetString()));
        Assert.Equal(owner.OrganizationId, joined["user"].GetProperty("organizationId").GetGuid());
        Assert.Equal(200, (await owner.As(joined.Json).GetAsync("leads")).Status);
        Assert.Equal((404, "invitation_not_found"), StatusAndCode(await AcceptAsync(token)));
        Assert.Equal((409, "already_member"), StatusAndCode(await owner.PostAsync("organization/users/invite", new { email, role = "agent" })));
        Assert.Equal(2, (await owner.GetAsync("organization/users")).Items.Count);
        Assert.Empty((await owner.GetAsync("organization/users/invitations")).Items);
    }

    [Fact]
    public async Task One_of_many_concurrent_acceptances_of_an_invitation_succeeds()
    {
        var owner = await host.RegisterOwnerAsync();
        var email = ApiHost.Unique("new");
        await owner.PostAsync("organization/users/invite", new { email, role = "agent" });
        var token = await TokenAsync(email);
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => AcceptAsync(token)));

        Assert.Single(answers, answer => answer.Status == 201);
        Assert.Equal(2, (await owner.GetAsync("organization/users")).Items.Count);
    }

    [Fact]
    public async Task An_invitation_ends_when_it_is_sent_again_revoked_repeated_or_a_week_old()
    {
        var owner = await host.RegisterOwnerAsync();
        var (first, second, third) = (ApiHost.Unique("a"), ApiHost.Unique("b"), ApiHost.Unique("c"));
        var id = (await owner.PostAsync("organization/users/invite", new { email = first, role = "admin" })).Text("id");
        var old = await TokenAsync(first);
        Assert.Equal(200, (await owner.PostAsync($"organization/users/invitations/{id}/resend")).Status);
        Assert.Equal(404, (await AcceptAsync(old)).Status);
        Assert.Equal(201, (await AcceptAsync(await TokenAsync(first))).Status);

        var revoked = (await owner.PostAsync("organization/users/invite", new { email = second, role = "agent" })).Text("id");
        Assert.Equal(204, (await owner.DeleteAsync($"organization/users/invitations/{revoked}")).Status);
        Assert.Equal(404, (await AcceptAsync(await TokenAsync(second))).Status);
        Assert.Equal(404, (await owner.PostAsync($"organization/users/invitations/{revoked}/resend")).Status);

        await owner.PostAsync("organization/users/invite", new { email = third, role = "agent" });
        var replaced = await TokenAsync(third);
        await owner.PostAsync("organization/users/invite", new { email = third, role = "agent" });
        Assert.Equal(404, (await AcceptAsync(replaced)).Status);
        await host.Database.ExecuteAsync("update invitations set expires_at = now() where email = @third", new { third }, default);
        Assert.Equal(404, (await AcceptAsync(await TokenAsync(third))).Status);
    }

    [Fact]
    public async Task A_removed_user_s_leads_go_to_the_named_user_and_their_sessions_end()
    {
        var owner = await host.RegisterOwnerAsync();
        var agent = await host.AddColleagueAsync(owner, Role.Agent);
        var successor = await host.AddColleagueAsync(owner, Role.Agent);
        var stranger = await host.RegisterOwnerAsync();
        await agent.AddLeadAsync("Ann", null);

        Assert.Equal(404, (await stranger.DeleteAsync($"organization/users/{agent.UserId}")).Status);
        Assert.Equal(400, (await owner.DeleteAsync($"organization/users/{agent.UserId}?leadsTo={stranger.UserId}")).Status);
        Assert.Equal(400, (await owner.DeleteAsync($"organization/users/{agent.UserId}?leadsTo={agent.UserId}")).Status);
        Assert.Equal(204, (await owner.DeleteAsync($"organization/users/{agent.UserId}?leadsTo={successor.UserId}")).Status);

        Assert.Equal(401, (await agent.GetAsync("leads")).Status);
        Assert.Equal(401, (await agent.PostAsync("auth/refresh", new { refreshToken = agent.RefreshToken })).Status);
        Assert.Single((await successor.GetAsync("leads")).Items);
        Assert.Equal(204, (await owner.DeleteAsync($"organization/users/{successor.UserId}")).Status);
        Assert.Equal(owner.UserId, (await owner.GetAsync("leads")).Items[0].GetProperty("ownerId").GetGuid());
    }

    [Fact]
    public async Task The_last_owner_stays_and_only_owners_make_or_change_owners()
    {
        var owner = await host.RegisterOwnerAsync();
        var admin = await host.AddColleagueAsync(owner, Role.Admin);
        var path = $"organization/users/{owner.UserId}";

        Assert.Equal((403, "owner_required"), StatusAndCode(await admin.DeleteAsync(path)));
        Assert.Equal((403, "owner_required"), StatusAndCode(await admin.PutAsync(path, new { role = "agent" })));
        Assert.Equal((403, "owner_required"), StatusAndCode(await admin.PutAsync($"organization/users/{admin.UserId}", new { role = "owner" })));
        Assert.Equal((403, "owner_required"), StatusAndCode(await admin.PostAsync("organization/users/invite", new { email = ApiHost.Unique("x"), role = "owner" })));
        Assert.Equal((409, "last_owner"), StatusAndCode(await owner.PutAsync(path, new { role = "admin" })));
        Assert.Equal((409, "last_owner"), StatusAndCode(await owner.DeleteAsync($"{path}?leadsTo={admin.UserId}")));

        Assert.Equal("owner", (await owner.PutAsync($"organization/users/{admin.UserId}", new { role = "owner" })).Text("role"));
        var both = await Task.WhenAll(owner.PutAsync(path, new { role = "admin" }), admin.PutAsync($"organization/users/{admin.UserId}", new { role = "admin" }));
        Assert.Contains(both, answer => answer.Status == 200);
        Assert.Equal(1, await host.Database.QueryFirstAsync<long>(
            "select count(*) from users where organization_id = @OrganizationId and role = 'owner'", new { owner.OrganizationId }, default));
    }

    [Fact]
    public async Task A_changed_password_ends_all_other_sessions_at_once()
    {
        var desk = await host.RegisterOwnerAsync();
        var phone = await host.SignInAsync(desk.Email);
        Assert.Equal(400, (await desk.PostAsync("auth/change-password", new { currentPassword = "wrong one", newPassword = "another password" })).Status);
        Assert.Equal(400, (await desk.PostAsync("auth/change-password", new { currentPassword = ApiClient.Password, newPassword = "short" })).Status);
        Assert.Equal(200, (await phone.GetAsync("auth/me")).Status);

        var changed = await desk.PostAsync("auth/change-password", new { currentPassword = ApiClient.Password, newPassword = "another password" });

        Assert.Equal(200, changed.Status);
        Assert.Equal(401, (await phone.GetAsync("auth/me")).Status);
        Assert.Equal(401, (await phone.PostAsync("auth/refresh", new { refreshToken = phone.RefreshToken })).Status);
        Assert.Equal(401, (await desk.GetAsync("auth/me")).Status);
        Assert.Equal(200, (await desk.As(changed.Json).GetAsync("auth/me")).Status);
        Assert.Equal(401, (await host.Anonymous().PostAsync("auth/login", new { email = desk.Email, password = ApiClient.Password })).Status);
        await host.SignInAsync(desk.Email, "another password");
    }

    [Fact]
    public async Task The_dashboard_agrees_with_the_lists()
    {
        var owner = await host.RegisterOwnerAsync();
        var agent = await host.AddColleagueAsync(owner, Role.Agent);
        var mine = (await agent.PostAsync("leads", new { name = "A", temperature = "hot", latitude = 1, longitude = 1 }))["id"].GetGuid();
        var other = (await owner.AddLeadAsync("B", null))["id"].GetGuid();
        await host.Database.ExecuteAsync(
            """
            insert into property_values (id, organization_id, lead_id, source, as_of, value) values
                (gen_random_uuid(), @OrganizationId, @mine, 'rentcast', '2026-01-01', 100), (gen_random_uuid(), @OrganizationId, @mine, 'rentcast', '2026-01-08', 250),
                (gen_random_uuid(), @OrganizationId, @other, 'rentcast', '2026-01-01', 1000);
            insert into notifications (id, organization_id, user_id, lead_id, kind, cause, title, body, evidence)
            values (gen_random_uuid(), @OrganizationId, @UserId, @mine, 'value_change', 'c', 'Up', '', '{}');
            """, new { agent.OrganizationId, agent.UserId, mine, other }, default);

        var seen = await agent.GetAsync("dashboard/stats");
        Assert.Equal((1, 1, 0, 1, 250m), Numbers(seen));
        Assert.Equal("Up", Assert.Single(seen["recentActivity"].EnumerateArray()).GetProperty("title").GetString());
        Assert.Equal((2, 1, 1, 0, 1250m), Numbers(await owner.GetAsync("dashboard/stats")));
    }

    static (int Total, int Hot, int Warm, int Unread, decimal Portfolio) Numbers(Answer stats) => (
        stats["leads"].GetProperty("total").GetInt32(), stats["leads"].GetProperty("hot").GetInt32(), stats["leads"].GetProperty("warm").GetInt32(),
        stats["unreadNotifications"].GetInt32(), stats["portfolioValue"].GetDecimal());

    static (int, string) StatusAndCode(Answer answer) => (answer.Status, answer.Code);

    Task<Answer> AcceptAsync(string token) =>
        host.Anonymous().PostAsync("auth/accept-invite", new { token, name = "Nina New", password = ApiClient.Password });

    // From the newest mail, as its reader has it.
    async Task<string> TokenAsync(string email)
    {
        var payload = await host.Database.QueryFirstAsync<string>(
            "select payload from email_outbox where recipient = @email order by id desc limit 1", new { email }, default);
        return Link().Match(payload!).Groups[1].Value;
    }

    [GeneratedRegex(@"https://app\.example\.com/accept-invite\?token=([\w-]{43})")]
    private static partial Regex Link();
}
