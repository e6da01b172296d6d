using System.Text.RegularExpressions;
using TwoStory.Core.Accounts;

namespace TwoStory.Tests.Api;

/// <summary>Subscriptions with limits that a test can reach.</summary>
public sealed class SmallTiers : IAsyncLifetime
{
    public ApiHost Host { get; } = new()
    {
        Settings = new Dictionary<string, string?>
        {
            ["Subscription:Starter:Users"] = "3",
            ["Subscription:Starter:MonitoredLeads"] = "5",
            ["Subscription:Team:Users"] = "6",
            ["Subscription:Team:MonitoredLeads"] = "10",
        },
    };

    public Task InitializeAsync() => Host.InitializeAsync();

    public Task DisposeAsync() => Host.DisposeAsync();
}

public sealed partial class SubscriptionTests(SmallTiers tiers) : IClassFixture<SmallTiers>
{
    readonly ApiHost host = tiers.Host;

    [Fact]
    public async Task Fifty_concurrent_leads_use_exactly_the_remaining_capacity()
    {
        var owner = await host.RegisterOwnerAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(number => owner.PostAsync("leads", Lead($"L{number}"))));

        Assert.Equal(5, answers.Count(answer => answer.Status == 201));
        Assert.All(answers.Where(answer => answer.Status != 201), answer => Assert.Equal(
            (409, "limit_reached", "monitoredLeads", 5), (answer.Status, answer.Code, answer.Text("limit"), answer["allowed"].GetInt32())));
        var used = (await owner.GetAsync("organization/subscription")).Json.GetProperty("used");
        Assert.Equal((1, 5), (used.GetProperty("users").GetInt32(), used.GetProperty("monitoredLeads").GetInt32()));
    }

    [Fact]
    public async Task A_lead_without_alerts_does_not_count_until_alerts_are_enabled()
    {
        var owner = await host.RegisterOwnerAsync();
        var ids = new List<string>();
        for (var number = 0; number < 5; number++) ids.Add((await owner.PostAsync("leads", Lead($"L{number}"))).Text("id")!);
        var silent = await owner.PostAsync("leads", new { name = "Silent", latitude = 47.6, longitude = -122.3, notifyNearbySales = false, notifyValueChanges = false });
        Assert.Equal(201, silent.Status);

        var refused = await owner.PutAsync($"leads/{silent.Text("id")}", new { notifyNearbySales = true });
        Assert.Equal((409, "limit_reached", 5), (refused.Status, refused.Code, refused["used"].GetInt32()));
        Assert.Equal(200, (await owner.PutAsync($"leads/{ids[0]}", new { notifyNearbySales = false, notifyValueChanges = false })).Status);
        Assert.Equal(200, (await owner.PutAsync($"leads/{silent.Text("id")}", new { notifyNearbySales = true })).Status);
        Assert.Equal(409, (await owner.PutAsync($"leads/{ids[0]}", new { notifyValueChanges = true })).Status);
        Assert.Equal(204, (await owner.DeleteAsync($"leads/{ids[1]}")).Status);
        Assert.Equal(201, (await owner.PostAsync("leads", Lead("Another"))).Status);
    }

    [Fact]
    public async Task Open_invitations_count_as_users_even_when_sent_concurrently()
    {
        var owner = await host.RegisterOwnerAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => InviteAsync(owner)));

        Assert.Equal(2, answers.Count(answer => answer.Status == 201));
        var refused = answers.First(answer => answer.Status != 201);
        Assert.Equal((409, "limit_reached", "users", 3, 3), (refused.Status, refused.Code, refused.Text("limit"), refused["used"].GetInt32(), refused["allowed"].GetInt32()));
        var open = answers.First(answer => answer.Status == 201).Text("id");
        Assert.Equal(200, (await owner.PostAsync($"organization/users/invitations/{open}/resend")).Status);
        Assert.Equal(204, (await owner.DeleteAsync($"organization/users/invitations/{open}")).Status);
        Assert.Equal(201, (await InviteAsync(owner)).Status);
    }

    [Fact]
    public async Task An_invitation_from_a_higher_tier_is_accepted_only_within_the_limit()
    {
        var owner = await host.RegisterOwnerAsync();
        await TierAsync(owner, "team");
        await host.AddColleagueAsync(owner, Role.Agent);
        var emails = new[] { ApiHost.Unique("a"), ApiHost.Unique("b") };
        foreach (var email in emails) Assert.Equal(201, (await owner.PostAsync("organization/users/invite", new { email, role = "agent" })).Status);
        await TierAsync(owner, "starter");

        Assert.Equal(201, (await AcceptAsync(emails[0])).Status);
        var refused = await AcceptAsync(emails[1]);
        Assert.Equal((409, "limit_reached", "users"), (refused.Status, refused.Code, refused.Text("limit")));
        await TierAsync(owner, "team");
        Assert.Equal(201, (await AcceptAsync(emails[1])).Status);
    }

    [Fact]
    public async Task A_downgrade_pauses_the_newest_leads_and_freed_capacity_resumes_them_one_by_one()
    {
        var owner = await host.RegisterOwnerAsync();
        await TierAsync(owner, "team");
        var ids = new List<string>();
        for (var number = 0; number < 8; number++) ids.Add((await owner.PostAsync("leads", Lead($"L{number}"))).Text("id")!);

        var down = await TierAsync(owner, "starter");
        Assert.Equal(3, down["paused"].GetProperty("monitoredLeads").GetInt32());
        Assert.Equal(ids[5..].Order(), (await PausedAsync(owner)).Order());
        Assert.True((await owner.GetAsync($"leads/{ids[7]}"))["monitoringPaused"].GetBoolean());
        Assert.Equal(409, (await owner.PostAsync("leads", Lead("More"))).Status);

        await owner.DeleteAsync($"leads/{ids[0]}");
        Assert.Equal(ids[6..].Order(), (await PausedAsync(owner)).Order());
        await owner.PutAsync($"leads/{ids[7]}", new { notifyNearbySales = false, notifyValueChanges = false });
        await owner.PutAsync($"leads/{ids[1]}", new { notifyNearbySales = false, notifyValueChanges = false });
        Assert.Empty(await PausedAsync(owner));
        await TierAsync(owner, "team");
        Assert.Empty(await PausedAsync(owner));
        Assert.Equal(8, (await owner.GetAsync("leads")).Items.Count + 1);
    }

    [Fact]
    public async Task Going_down_pauses_the_newest_users_and_never_an_owner()
    {
        var owner = await host.RegisterOwnerAsync();
        await TierAsync(owner, "team");
        var (oldest, middle) = (await host.AddColleagueAsync(owner, Role.Agent), await host.AddColleagueAsync(owner, Role.Admin));
        var (newest, second) = (await host.AddColleagueAsync(owner, Role.Agent), await host.AddColleagueAsync(owner, Role.Owner));

        await TierAsync(owner, "starter");

        Assert.Equal(new[] { middle.UserId, newest.UserId }.Order(), (await PausedUsersAsync(owner)).Order());
        Assert.Equal((200, 200), ((await oldest.GetAsync("leads")).Status, (await second.GetAsync("leads")).Status));
        foreach (var refused in new[]
        {
            await middle.GetAsync("organization/users"), await newest.GetAsync("auth/me"),
            await host.Anonymous().PostAsync("auth/login", new { email = newest.Email, password = ApiClient.Password }),
            await host.Anonymous().PostAsync("auth/refresh", new { refreshToken = newest.RefreshToken }),
        }) Assert.Equal((403, "user_paused"), (refused.Status, refused.Code));
        Assert.Equal(401, (await host.Anonymous().PostAsync("auth/login", new { email = newest.Email, password = "not the password" })).Status);

        await owner.DeleteAsync($"organization/users/{oldest.UserId}");
        Assert.Equal([newest.UserId], await PausedUsersAsync(owner));
        Assert.Equal(200, (await middle.GetAsync("organization/users")).Status);
        await TierAsync(owner, "team");
        Assert.Equal(200, (await newest.GetAsync("auth/me")).Status);
        Assert.Equal(200, (await host.Anonymous().PostAsync("auth/refresh", new { refreshToken = newest.RefreshToken })).Status);
    }

    [Theory]
    [InlineData("""{"tier":"gold"}""")]
    [InlineData("""{"tier":null}""")]
    [InlineData("{}")]
    public async Task A_tier_that_is_none_is_named(string body)
    {
        var answer = await (await host.RegisterOwnerAsync()).PutAsync("organization/subscription", body);

        Assert.Equal((400, "validation_failed", "tier"), (answer.Status, answer.Code, Assert.Single(answer["errors"].EnumerateObject()).Name));
    }

    [Fact]
    public async Task A_tier_is_the_owner_s_to_change_and_shows_its_limits()
    {
        var owner = await host.RegisterOwnerAsync();
        var admin = await host.AddColleagueAsync(owner, Role.Admin);

        Assert.Equal(403, (await admin.PutAsync("organization/subscription", new { tier = "team" })).Status);
        var changed = await TierAsync(owner, "brokerage");
        Assert.Equal(("brokerage", 1_000, 500_000, 2_500_000), (changed.Text("tier"), changed["limits"].GetProperty("users").GetInt32(),
            changed["limits"].GetProperty("monitoredLeads").GetInt32(), changed["limits"].GetProperty("valuations").GetInt32()));
        Assert.Equal(changed.Json.GetRawText(), (await admin.GetAsync("organization/subscription")).Json.GetRawText());
        Assert.Equal("brokerage", (await admin.GetAsync("organization")).Text("subscriptionTier"));
    }

    static object Lead(string name) => new { name, latitude = 47.6, longitude = -122.3 };

    static Task<Answer> InviteAsync(ApiClient owner) => owner.PostAsync("organization/users/invite", new { email = ApiHost.Unique("new"), role = "agent" });

    static async Task<Answer> TierAsync(ApiClient owner, string tier)
    {
        var answer = await owner.PutAsync("organization/subscription", new { tier });
        Assert.Equal(200, answer.Status);
        return answer;
    }

    static async Task<List<string>> PausedAsync(ApiClient owner) =>
        [.. (await owner.GetAsync("leads")).Items.Where(lead => lead.GetProperty("monitoringPaused").GetBoolean()).Select(lead => lead.GetProperty("id").GetString()!)];

    static async Task<List<Guid>> PausedUsersAsync(ApiClient owner) =>
        [.. (await owner.GetAsync("organization/users")).Items.Where(user => user.GetProperty("paused").GetBoolean()).Select(user => user.GetProperty("id").GetGuid())];

    async Task<Answer> AcceptAsync(string email)
    {
        var payload = await host.Database.QueryFirstAsync<string>("select payload from email_outbox where recipient = @email order by id desc limit 1", new { email }, default);
        var token = Token().Match(payload!).Groups[1].Value;
        return await host.Anonymous().PostAsync("auth/accept-invite", new { token, name = "New Member", password = ApiClient.Password });
    }

    [GeneratedRegex(@"accept-invite\?token=([\w-]{43})")]
    private static partial Regex Token();
}
