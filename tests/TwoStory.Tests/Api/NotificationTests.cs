using TwoStory.Core.Accounts;

namespace TwoStory.Tests.Api;

public sealed class NotificationTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task Notifications_are_listed_newest_first_and_one_brings_its_evidence()
    {
        var owner = await host.RegisterOwnerAsync();
        for (var i = 0; i < 3; i++) await AddAsync(owner, i);
        var first = await owner.GetAsync("notifications?limit=2");
        var second = await owner.GetAsync($"notifications?limit=2&after={first.Text("next")}");

        Assert.Equal(["Title 2", "Title 1", "Title 0"], first.Items.Concat(second.Items).Select(item => item.GetProperty("title").GetString()));
        Assert.False(first.Items[0].TryGetProperty("evidence", out _));
        Assert.Equal("nearby_sale", first.Items[0].GetProperty("kind").GetString());
        var one = await owner.GetAsync($"notifications/{first.Items[0].GetProperty("id").GetString()}");
        Assert.Equal(0.25, one["evidence"].GetProperty("distanceMiles").GetDouble());
    }

    [Fact]
    public async Task Reading_marks_and_counts()
    {
        var owner = await host.RegisterOwnerAsync();
        var ids = new[] { await AddAsync(owner, 0), await AddAsync(owner, 1), await AddAsync(owner, 2) };
        Assert.Equal(3, await UnreadAsync(owner));

        Assert.Equal(204, (await owner.PutAsync($"notifications/{ids[0]}/read")).Status);
        var readAt = (await owner.GetAsync($"notifications/{ids[0]}")).Text("readAt");
        Assert.Equal(204, (await owner.PutAsync($"notifications/{ids[0]}/read")).Status);
        Assert.Equal(readAt, (await owner.GetAsync($"notifications/{ids[0]}")).Text("readAt"));
        Assert.Equal(2, await UnreadAsync(owner));
        Assert.Equal(2, (await owner.GetAsync("notifications?unread=true")).Items.Count);
        Assert.Single((await owner.GetAsync("notifications?unread=false")).Items);

        Assert.Equal(2, (await owner.PostAsync("notifications/mark-all-read"))["count"].GetInt32());
        Assert.Equal(0, await UnreadAsync(owner));
        Assert.Equal(204, (await owner.DeleteAsync($"notifications/{ids[0]}")).Status);
        Assert.Equal(404, (await owner.GetAsync($"notifications/{ids[0]}")).Status);
    }

    [Fact]
    public async Task Users_cannot_see_or_change_the_notifications_of_others()
    {
        var owner = await host.RegisterOwnerAsync();
        var agent = await host.AddColleagueAsync(owner, Role.Agent);
        var stranger = await host.RegisterOwnerAsync();
        var id = await AddAsync(agent, 0);

        foreach (var other in new[] { owner, stranger })
        {
            Assert.Equal(404, (await other.GetAsync($"notifications/{id}")).Status);
            Assert.Equal(404, (await other.PutAsync($"notifications/{id}/read")).Status);
            Assert.Equal(404, (await other.DeleteAsync($"notifications/{id}")).Status);
            Assert.Equal(0, (await other.PostAsync("notifications/mark-all-read"))["count"].GetInt32());
            Assert.Empty((await other.GetAsync("notifications")).Items);
        }
        Assert.Equal(1, await UnreadAsync(agent));
    }

    static async Task<int> UnreadAsync(ApiClient client) => (await client.GetAsync("notifications/unread-count"))["count"].GetInt32();

    async Task<Guid> AddAsync(ApiClient user, int number)
    {
        var lead = (await user.AddLeadAsync($"Lead {number}", null))["id"].GetGuid();
        return await host.Database.QueryFirstAsync<Guid>(
            """
            insert into notifications (id, organization_id, user_id, lead_id, kind, cause, title, body, evidence)
            values (gen_random_uuid(), @OrganizationId, @UserId, @lead, 'nearby_sale', @cause, @title, 'Body', '{"distanceMiles": 0.25}')
            returning id
            """, new { user.OrganizationId, user.UserId, lead, cause = $"cause {lead}", title = $"Title {number}" }, default);
    }
}
