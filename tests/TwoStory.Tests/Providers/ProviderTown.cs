using TwoStory.Core.Providers;
using TwoStory.Simulators.World;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Providers;

[CollectionDefinition("providers")]
public sealed class ProviderTowns : ICollectionFixture<ProviderTown>;

/// <summary>A host whose simulated providers know a whole town; the tests share it one after another, each with brokerages of its own.</summary>
public sealed class ProviderTown : IAsyncLifetime
{
    int taken;

    internal TestHost Host { get; private set; } = null!;

    internal HostClock Clock { get; } = new();

    internal SimulatedWorld World => Host.Get<SimulatedWorld>();

    public async Task InitializeAsync() => Host = await TestHost.StartAsync(
        time: Clock,
        settings: new Dictionary<string, string?>
        {
            ["Upstreams:FirstRetryDelay"] = "00:00:00.01",
            ["Upstreams:BreakAfter"] = "1000",
            ["Upstreams:Nominatim:Requests"] = "100000",
            ["Upstreams:Nominatim:Window"] = "00:05:00",
            ["Upstreams:RentCast:Requests"] = "1000",
            ["Jobs:MaxAttempts"] = "2",
            ["Jobs:MaxOutageAttempts"] = "2",
        },
        simulators: options => (options.NominatimLimit, options.RentCastPerSecond) = (null, null));

    public async Task DisposeAsync() => await Host.DisposeAsync();

    /// <summary>A home in the middle of its neighbourhood that no other test has.</summary>
    internal Home NextHome() => World.Homes.Where(home => home.Address is { State: "WA", Unit: null }).ElementAt(Interlocked.Increment(ref taken) * 7);

    internal static TestLead LeadAt(Home home) => new(new(home.Point.Latitude, home.Point.Longitude))
    {
        Street = home.Address.Street,
        City = home.Address.City,
        RadiusMiles = 0.6,
    };

    /// <summary>Every sale of the nightly window within the radius, by trying all of them.</summary>
    internal List<string> SalesNear(Home home, double radiusMiles = 0.6)
    {
        var centre = new GeoPoint(home.Point.Latitude, home.Point.Longitude);
        return
        [
            .. Host.Get<SaleBook>().Closed(Clock.Today.AddDays(-7), Clock.Today).ToArray()
                .Where(sale => centre.DistanceMilesTo(new GeoPoint(sale.Home.Point.Latitude, sale.Home.Point.Longitude)) <= radiusMiles)
                .Select(sale => sale.ListingId).Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Calls of an organization as its ledger has them.</summary>
    internal async Task<Dictionary<string, int>> LedgerAsync(TestOrganization organization) => (await Host.QueryAsync<(string Operation, int Calls)>(
        "select operation, calls from api_usage where organization_id = @Id and unsettled = 0", new { organization.Id })).ToDictionary(row => row.Operation, row => row.Calls);
}
