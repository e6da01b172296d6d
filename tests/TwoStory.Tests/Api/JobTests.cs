using TwoStory.Core.Accounts;

namespace TwoStory.Tests.Api;

public sealed class JobTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task Starting_a_job_answers_where_to_watch_it_and_a_live_one_is_not_started_twice()
    {
        var owner = await host.RegisterOwnerAsync();
        var started = await owner.PostAsync("jobs/nearby-sales");
        var again = await owner.PostAsync("jobs/nearby-sales");

        Assert.Equal((202, 202), (started.Status, again.Status));
        Assert.Equal(("nearby-sales", "pending"), (started.Text("kind"), started.Text("state")));
        Assert.Equal(started.Text("id"), again.Text("id"));
        var watched = await owner.GetAsync(started.Headers.Location!.ToString());
        Assert.Equal(started.Text("id"), watched.Text("id"));
        Assert.Equal(0, watched["counts"].GetProperty("alerts").GetInt32());
        Assert.Equal(0, watched["requests"].GetProperty("sparkFloor").GetInt32());
    }

    [Fact]
    public async Task A_canceled_run_ends_for_good_and_only_once()
    {
        var owner = await host.RegisterOwnerAsync();
        var id = (await owner.PostAsync("jobs/nearby-sales")).Text("id");

        var canceled = await owner.PostAsync($"jobs/{id}/cancel");
        var again = await owner.PostAsync($"jobs/{id}/cancel");

        Assert.Equal((200, "failed", "canceled"), (canceled.Status, canceled.Text("state"), canceled["errors"][0].GetProperty("code").GetString()));
        Assert.Equal(canceled.Text("finishedAt"), again.Text("finishedAt"));
        Assert.NotEqual(id, (await owner.PostAsync("jobs/nearby-sales")).Text("id"));
        var audited = await owner.GetAsync("organization/audit");
        Assert.Single(audited.Items, entry => entry.GetProperty("action").GetString() == "job_canceled");
    }

    [Fact]
    public async Task Runs_are_listed_newest_first_in_pages()
    {
        var owner = await host.RegisterOwnerAsync();
        await owner.PostAsync("jobs/nearby-sales");
        await owner.PostAsync("jobs/property-values");
        var first = await owner.GetAsync("jobs?limit=1");
        var second = await owner.GetAsync($"jobs?limit=1&after={first.Text("next")}");

        Assert.Equal(["property-values", "nearby-sales"], first.Items.Concat(second.Items).Select(job => job.GetProperty("kind").GetString()));
        Assert.Null(second.Text("next"));
    }

    [Fact]
    public async Task Jobs_are_for_admins_of_their_own_organization()
    {
        var owner = await host.RegisterOwnerAsync();
        var agent = await host.AddColleagueAsync(owner, Role.Agent);
        var stranger = await host.RegisterOwnerAsync();
        var id = (await (await host.AddColleagueAsync(owner, Role.Admin)).PostAsync("jobs/nearby-sales")).Text("id");

        Assert.Equal(403, (await agent.PostAsync("jobs/nearby-sales")).Status);
        Assert.Equal(403, (await agent.GetAsync($"jobs/{id}")).Status);
        Assert.Equal(404, (await stranger.GetAsync($"jobs/{id}")).Status);
        Assert.Equal((404, "job_kind_not_found"), ((await owner.PostAsync("jobs/make-coffee")).Status, (await owner.PostAsync("jobs/make-coffee")).Code));
    }
}
