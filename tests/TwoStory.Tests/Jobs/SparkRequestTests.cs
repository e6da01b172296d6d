using TwoStory.Core.Jobs;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Jobs;

/// <summary>Requests to Spark are for areas: few requests, with the same result as one query per lead.</summary>
public sealed class SparkRequestTests(KingCountyHost county) : IClassFixture<KingCountyHost>
{
    readonly TestHost host = county.Host;

    [Theory]
    [InlineData(10, 1)]
    [InlineData(10, 2)]
    [InlineData(10, 3)]
    [InlineData(100, 1)]
    [InlineData(100, 2)]
    [InlineData(100, 3)]
    [InlineData(1_000, 1)]
    [InlineData(1_000, 2)]
    [InlineData(5_000, 1)]
    public async Task A_key_of_25_rows_needs_at_most_1_3_times_the_floor_and_one_request(int leads, int seed) =>
        await AssertFewRequestsAsync("sim-idx", pageSize: 25, leads, seed);

    [Theory]
    [InlineData(10, 4)]
    [InlineData(100, 4)]
    [InlineData(1_000, 4)]
    [InlineData(5_000, 4)]
    public async Task A_replication_key_needs_at_most_1_3_times_the_floor_and_one_request(int leads, int seed) =>
        await AssertFewRequestsAsync("sim-replication", pageSize: 1_000, leads, seed);

    async Task AssertFewRequestsAsync(string key, int pageSize, int count, int seed)
    {
        var organization = await host.AddOrganizationAsync($"{key}-{count}-{seed}", pageSize);
        var leads = KingCounty.Leads(count, seed);
        await host.AddLeadsAsync(organization, leads);
        var before = await host.CallsAsync("spark", "Property");

        var report = await host.RunNearbySalesAsync(organization);

        var expected = KingCounty.BruteForce(leads);
        var floor = (expected.Select(pair => pair.ListingId).Distinct().Count() + pageSize - 1) / pageSize;
        Assert.Equal(expected.Order(), (await host.NotifiedAsync(organization)).Order());
        Assert.Equal(floor, report.Requests.SparkFloor);
        Assert.Equal(await host.CallsAsync("spark", "Property") - before, report.Requests.Spark);
        Assert.True(report.Requests.Spark <= (1.3 * floor) + 1, $"{report.Requests.Spark} requests, {floor} is the floor");
    }
}

/// <summary>Servers that take no polygons, or only one area at a time, bring the same answer.</summary>
public sealed class SparkFilterChoiceTests
{
    [Theory]
    [InlineData("Upstreams:Spark:AreasPerRequest", "1")]
    [InlineData("Upstreams:Spark:GeoFilter", "BoundingBox")]
    public async Task Equivalent_queries_return_the_same_answer(string setting, string value)
    {
        await using var host = await KingCounty.StartAsync(settings: new Dictionary<string, string?> { [setting] = value }, time: new HostClock());
        var organization = await host.AddOrganizationAsync();
        var leads = KingCounty.Leads(200, seed: 5, random => random.Next(3) == 0 ? 0.4 : null);
        await host.AddLeadsAsync(organization, leads);

        var report = await host.RunNearbySalesAsync(organization);

        Assert.Equal(JobState.Completed, report.State);
        Assert.Equal(KingCounty.BruteForce(leads).Order(), (await host.NotifiedAsync(organization)).Order());
    }

    [Fact]
    public async Task A_filter_that_the_server_finds_too_complex_is_split_until_it_is_answered()
    {
        await using var host = await KingCounty.StartAsync(simulators: world => world.SparkMaxPolygons = 2, time: new HostClock());
        var organization = await host.AddOrganizationAsync();
        var leads = KingCounty.Leads(100, seed: 6);
        await host.AddLeadsAsync(organization, leads);

        var report = await host.RunNearbySalesAsync(organization);

        Assert.Equal(JobState.Completed, report.State);
        Assert.Equal(KingCounty.BruteForce(leads).Order(), (await host.NotifiedAsync(organization)).Order());
    }
}

/// <summary>One host with the sales of the county, at noon.</summary>
public sealed class KingCountyHost : IAsyncLifetime
{
    internal TestHost Host { get; private set; } = null!;

    internal HostClock Clock { get; } = new();

    public async Task InitializeAsync() => Host = await KingCounty.StartAsync(time: Clock);

    public async Task DisposeAsync() => await Host.DisposeAsync();
}
