using TwoStory.Core.Accounts;

namespace TwoStory.Tests.Api;

/// <summary>What ends a session or changes a role acts at the next request of every route that checks the session with its query.</summary>
public sealed class SessionCheckTests(ApiHost host) : IClassFixture<ApiHost>
{
    static readonly string[] Names =
    [
        "Me", "GetOrganization", "ListLeads", "GetLead", "ListLeadValues", "ListLeadNearbySales", "ListNotifications", "CountUnreadNotifications",
        "GetNotification", "GetDashboardStats",
    ];

    [Theory]
    [InlineData("delete from users where id = @UserId", 401, "session_ended")]
    [InlineData("update users set session_version = session_version + 1 where id = @UserId", 401, "session_ended")]
    [InlineData("update refresh_tokens set revoked_at = now() where user_id = @UserId", 401, "session_ended")]
    [InlineData("update users set paused = true where id = @UserId", 403, "user_paused")]
    public async Task An_ended_session_reads_nothing_at_any_route(string change, int status, string code)
    {
        var owner = await host.RegisterOwnerAsync();
        var agent = await host.AddColleagueAsync(owner, Role.Agent);
        Assert.Equal(200, (await agent.GetAsync("auth/me")).Status);

        await host.Database.ExecuteAsync(change, new { agent.UserId }, default);

        foreach (var path in Paths())
        {
            var answer = await agent.GetAsync(path);
            Assert.True((status, code) == (answer.Status, answer.Code), $"{path}: {answer.Status} {answer.Code}");
            Assert.Equal(status == 401, answer.Headers.WwwAuthenticate.Count > 0);
        }
    }

    [Fact]
    public async Task Another_instance_sees_an_ended_session_at_the_next_request()
    {
        var other = new ApiHost { Twin = host };
        await other.InitializeAsync();
        try
        {
            var owner = await host.RegisterOwnerAsync();
            var there = new ApiClient(other, other.Root, owner.AccessToken);
            Assert.Equal(200, (await there.GetAsync("leads")).Status);
            var before = owner.AccessToken;
            var changed = await owner.PostAsync(
                "auth/change-password", new { currentPassword = ApiClient.Password, newPassword = "another horse battery" });
            Assert.Equal(200, changed.Status);
            Assert.Equal(401, (await there.WithToken(before).GetAsync("leads")).Status);
            var again = there.WithToken(changed.Text("accessToken"));
            Assert.Equal(200, (await again.GetAsync("leads")).Status);

            Assert.Equal(204, (await host.Anonymous().WithToken(changed.Text("accessToken")).PostAsync("auth/logout")).Status);

            Assert.Equal((401, "session_ended"), StatusAndCode(await again.GetAsync("leads")));
        }
        finally
        {
            await other.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_changed_role_acts_at_the_next_request_with_the_same_token()
    {
        var owner = await host.RegisterOwnerAsync();
        var agent = await host.AddColleagueAsync(owner, Role.Agent);
        await owner.AddLeadAsync("Of the owner", null);
        Assert.Empty((await agent.GetAsync("leads")).Items);

        await host.Database.ExecuteAsync("update users set role = 'admin' where id = @UserId", new { agent.UserId }, default);
        Assert.Single((await agent.GetAsync("leads")).Items);
        Assert.Equal(1, (await agent.GetAsync("dashboard/stats"))["leads"].GetProperty("total").GetInt32());

        await host.Database.ExecuteAsync("update users set role = 'agent' where id = @UserId", new { agent.UserId }, default);
        Assert.Empty((await agent.GetAsync("leads")).Items);
        Assert.Equal("agent", (await agent.GetAsync("auth/me")).Text("role"));
    }

    [Fact]
    public async Task An_ended_session_with_an_invalid_request_has_ended()
    {
        var owner = await host.RegisterOwnerAsync();
        Assert.Equal(400, (await owner.GetAsync("leads?limit=1000")).Status);
        Assert.Equal(204, (await owner.PostAsync("auth/logout")).Status);

        foreach (var path in new[] { "leads?limit=1000", "leads?limit=x", "leads?unknown=1", "leads?temperature=mild", "notifications?after=x" })
        {
            Assert.Equal((401, "session_ended"), StatusAndCode(await owner.GetAsync(path)));
        }
    }

    IEnumerable<string> Paths()
    {
        var routes = MappedRoutes.From(host.Services).Where(route => route.Method == "GET" && Names.Contains(route.Name)).ToList();
        Assert.Equal(Names.Length, routes.Count);
        return routes.Select(route => route.Path);
    }

    static (int, string) StatusAndCode(Answer answer) => (answer.Status, answer.Code);
}
