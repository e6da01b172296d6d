using System.Text.Json;
using TwoStory.Core.Jobs;
using TwoStory.Simulators.World;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Jobs;

public sealed class MonthlyCapTests(SmallTierHosts hosts) : IClassFixture<SmallTierHosts>
{
    [Fact]
    public async Task Four_workers_stop_at_the_cap_and_the_next_run_reports_exactly_the_rest()
    {
        var (brokerage, _) = await ValuedAsync(40);
        await CapAsync(brokerage, 7);
        var before = await hosts.ValueCallsAsync();

        var stopped = await brokerage.RunAsync(JobKinds.PropertyValues);

        Assert.Equal((7, 7), (await hosts.ValueCallsAsync() - before, await brokerage.CountedAsync("rentcast")));
        Assert.Equal(("partial", 7, 7), (Text(stopped, "state"), stopped.GetProperty("counts").GetProperty("alerts").GetInt32(), await brokerage.AlertsAsync()));
        var error = Assert.Single(stopped.GetProperty("errors").EnumerateArray());
        Assert.Equal("monthly_cap_reached", Text(error, "code"));
        foreach (var part in new[] { "cap of 7 requests to rentcast", "Leads left out: 33." }) Assert.Contains(part, Text(error, "message"), StringComparison.Ordinal);

        await CapAsync(brokerage, null);
        var completed = await brokerage.RunAsync(JobKinds.PropertyValues);

        Assert.Equal(("completed", 40, 40), (Text(completed, "state"), await hosts.ValueCallsAsync() - before, await brokerage.CountedAsync("rentcast")));
        Assert.Equal((33, 40), (completed.GetProperty("counts").GetProperty("alerts").GetInt32(), await brokerage.AlertsAsync()));
    }

    [Fact]
    public async Task Two_hosts_together_do_not_exceed_the_cap_and_continue_in_the_next_month()
    {
        var (brokerage, _) = await ValuedAsync(40);
        await CapAsync(brokerage, 7);
        var before = await hosts.ValueCallsAsync();
        var run = await hosts.One.Get<JobStore>().StartAsync(JobKinds.PropertyValues, brokerage.Organization.Id, occurrence: null, default);
        var at = new OrganizationRun(run.Id, run.OrganizationId, run.Kind);

        await Task.WhenAll(ExecuteRunAsync(hosts.One, at), ExecuteRunAsync(hosts.Other, at));

        Assert.Equal((7, 7), (await hosts.ValueCallsAsync() - before, await brokerage.CountedAsync("rentcast")));
        var report = await hosts.One.Get<JobReports>().GetAsync(brokerage.Organization.Id, run.Id, default);
        Assert.Equal((JobState.Partial, "monthly_cap_reached"), (report.State, Assert.Single(report.Errors).Code));

        await CapAsync(brokerage, 40);
        hosts.ToNextMonth();
        Assert.Equal("completed", Text(await brokerage.RunAsync(JobKinds.PropertyValues), "state"));
        Assert.Equal((40, 40), (await brokerage.CountedAsync("rentcast"), await brokerage.AlertsAsync()));
    }

    [Fact]
    public async Task A_run_of_valuations_stops_at_the_subscription_s_limit_and_goes_on_in_a_higher_tier()
    {
        var brokerage = await Brokerage.RegisterAsync(hosts.One);
        await hosts.One.AddLeadsAsync(brokerage.Organization, [.. hosts.NextHomes(50).Select(Neighbourhood.LeadAt)]);
        var before = await hosts.ValueCallsAsync();

        var stopped = await brokerage.RunAsync(JobKinds.PropertyValues);

        Assert.Equal((SmallTierHosts.Valuations, "partial"), (await hosts.ValueCallsAsync() - before, Text(stopped, "state")));
        var error = Assert.Single(stopped.GetProperty("errors").EnumerateArray());
        Assert.Equal("limit_reached", Text(error, "code"));
        Assert.Contains("Leads left out: 5.", Text(error, "message"), StringComparison.Ordinal);

        await brokerage.SendAsync(HttpMethod.Put, "organization/subscription", new { tier = "team" });
        Assert.Equal("completed", Text(await brokerage.RunAsync(JobKinds.PropertyValues), "state"));
        Assert.Equal(50, await hosts.ValueCallsAsync() - before);
    }

    [Fact]
    public async Task Leads_beyond_the_subscription_are_in_no_plan_and_cost_no_request()
    {
        var brokerage = await Brokerage.RegisterAsync(hosts.One);
        await hosts.One.AddLeadsAsync(
            brokerage.Organization, [.. Enumerable.Range(0, SmallTierHosts.MonitoredLeads - 1).Select(_ => new TestLead(null) { NotifyValueChanges = false })]);
        await hosts.One.AddLeadsAsync(brokerage.Organization, [.. hosts.NextHomes(3).Select(Neighbourhood.LeadAt)]);
        var before = await hosts.ValueCallsAsync();

        var job = await brokerage.RunAsync(JobKinds.PropertyValues);

        Assert.Equal((1, 1), (job.GetProperty("counts").GetProperty("leads").GetInt32(), await hosts.ValueCallsAsync() - before));
        Assert.Equal(2, (await brokerage.SendAsync(HttpMethod.Get, "organization/subscription")).GetProperty("paused").GetProperty("monitoredLeads").GetInt32());
    }

    // Homes with a valuation of the previous month and a higher value now.
    async Task<(Brokerage Brokerage, IReadOnlyList<Home> Homes)> ValuedAsync(int count)
    {
        var brokerage = await Brokerage.RegisterAsync(hosts.One);
        var homes = hosts.NextHomes(count);
        await hosts.One.AddLeadsAsync(brokerage.Organization, [.. homes.Select(Neighbourhood.LeadAt)]);
        foreach (var home in homes) await hosts.One.SetValueAsync(home.Address.OneLine, 500_000);
        Assert.Equal("completed", Text(await brokerage.RunAsync(JobKinds.PropertyValues), "state"));
        hosts.ToNextMonth();
        foreach (var home in homes) await hosts.One.SetValueAsync(home.Address.OneLine, 600_000);
        return (brokerage, homes);
    }

    static Task<JsonElement> CapAsync(Brokerage brokerage, int? cap) => brokerage.SendAsync(HttpMethod.Put, "organization", new { monthlyCaps = new { rentCast = cap } });

    static async Task ExecuteRunAsync(TestHost host, OrganizationRun run)
    {
        var steps = host.Get<JobSteps>();
        while (await steps.NextAsync(run, default) is { IsFinished: false } step) await Task.WhenAll(step.Batches.Select(ordinal => steps.RunBatchAsync(run, ordinal, default)));
    }

    static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
