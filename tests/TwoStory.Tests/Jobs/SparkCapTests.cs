using TwoStory.Core.Jobs;
using TwoStory.Core.Providers.Spark;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Jobs;

public sealed class SparkCapTests : IAsyncLifetime
{
    readonly EmptyTown town = new() { Settings = new Dictionary<string, string?> { ["Upstreams:Spark:AreasPerRequest"] = "1" } };

    public Task InitializeAsync() => town.InitializeAsync();

    public Task DisposeAsync() => town.DisposeAsync();

    [Fact]
    public async Task Sales_found_before_the_cap_are_reported_and_the_others_by_the_next_run()
    {
        var brokerage = await Brokerage.RegisterAsync(town.Host);
        await town.Host.Get<SparkCredentialStore>().SaveAsync(brokerage.Organization.Id, new BearerCredentials("sim-idx-cap"), null, 25, null, default);
        var spots = Enumerable.Range(0, 40).Select(_ => town.NewSpot()).ToList();
        foreach (var spot in spots) town.Sell(spot.North(0.2));
        await town.Host.AddLeadsAsync(brokerage.Organization, [.. spots.Select(spot => new TestLead(spot))]);
        await brokerage.SendAsync(HttpMethod.Put, "organization", new { monthlyCaps = new { spark = 1 } });

        var stopped = await brokerage.RunAsync(JobKinds.NearbySales);

        // One request of the plan covers several spots.
        var notified = await brokerage.AlertsAsync();
        Assert.Equal((1, 1), (await town.Host.CallsAsync("spark", "Property"), await brokerage.CountedAsync("spark")));
        Assert.InRange(notified, 1, spots.Count - 1);
        var error = Assert.Single(stopped.GetProperty("errors").EnumerateArray());
        Assert.Equal(("partial", "monthly_cap_reached"), (stopped.GetProperty("state").GetString(), error.GetProperty("code").GetString()));
        Assert.EndsWith($" Leads left out: {spots.Count - notified}.", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal((notified, notified), (stopped.GetProperty("counts").GetProperty("sales").GetInt32(), stopped.GetProperty("counts").GetProperty("alerts").GetInt32()));

        await brokerage.SendAsync(HttpMethod.Put, "organization", new { monthlyCaps = new { spark = 100 } });
        var completed = await brokerage.RunAsync(JobKinds.NearbySales);

        Assert.Equal(("completed", spots.Count - notified), (completed.GetProperty("state").GetString(), completed.GetProperty("counts").GetProperty("alerts").GetInt32()));
        Assert.Equal(spots.Count, await brokerage.AlertsAsync());
    }

    [Fact]
    public async Task Fetched_pages_are_reported_when_the_cap_is_reached_before_the_last_page()
    {
        var brokerage = await Brokerage.RegisterAsync(town.Host);
        await town.Host.Get<SparkCredentialStore>().SaveAsync(brokerage.Organization.Id, new BearerCredentials("sim-idx-pages"), null, 25, null, default);
        var spot = town.NewSpot();
        for (var sale = 0; sale < 60; sale++) town.Sell(spot.North(0.01 * sale));
        await town.Host.AddLeadsAsync(brokerage.Organization, [new TestLead(spot)]);
        await brokerage.SendAsync(HttpMethod.Put, "organization", new { monthlyCaps = new { spark = 2 } });

        Assert.Equal("partial", (await brokerage.RunAsync(JobKinds.NearbySales)).GetProperty("state").GetString());
        Assert.Equal(50, await brokerage.AlertsAsync());

        await brokerage.SendAsync(HttpMethod.Put, "organization", new { monthlyCaps = (object?)null });
        Assert.Equal("completed", (await brokerage.RunAsync(JobKinds.NearbySales)).GetProperty("state").GetString());
        Assert.Equal(60, await brokerage.AlertsAsync());
    }
}
