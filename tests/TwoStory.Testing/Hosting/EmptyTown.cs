using System.Globalization;
using TwoStory.Core.Providers;
using TwoStory.Simulators.World;

namespace TwoStory.Tests.Hosting;

/// <summary>A host whose MLS has only the sales that a test enters. Tests of one class share it, each at a spot of its own.</summary>
public sealed class EmptyTown : IAsyncLifetime
{
    // Miles apart enough that no radius reaches from one spot to the next.
    const double DegreesBetweenSpots = 1.5;

    int spots;
    int sales;

    internal TestHost Host { get; private set; } = null!;

    internal HostClock Clock { get; } = new();

    internal DateOnly Today => Clock.Today;

    internal IDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>
    {
        ["Upstreams:FirstRetryDelay"] = "00:00:00.01",
        ["Upstreams:BreakAfter"] = "1000",
    };

    public async Task InitializeAsync() => Host = await TestHost.StartAsync(
        simulators: world => world.DemoWorld = false, time: Clock, settings: Settings);

    public async Task DisposeAsync() => await Host.DisposeAsync();

    /// <summary>Where nothing was sold yet.</summary>
    internal GeoPoint NewSpot()
    {
        var number = Interlocked.Increment(ref spots);
        return new(30 + (DegreesBetweenSpots * (number / 20)), -120 + (2 * DegreesBetweenSpots * (number % 20)));
    }

    /// <summary>Enters a closed sale into the MLS; each at an address of its own unless one is given.</summary>
    internal ClosedSale Sell(
        GeoPoint point, int daysAgo = 1, decimal price = 500_000, string? street = null, string? key = null, DateTimeOffset? modified = null, string office = "Sample Homes")
    {
        var number = Interlocked.Increment(ref sales).ToString(CultureInfo.InvariantCulture);
        var address = new HomeAddress(number, new StreetName(null, street ?? $"Sold{number}", "Street", null), null, "Testville", "King", "WA", "98100");
        if (street is not null) address = address with { Number = "1" };
        var home = new Home(address, $"P{number}", new WorldPoint(point.Latitude, point.Longitude), HomeType.SingleFamily, 3, 2, 1800, 5000, 1980, "Testville");
        var sale = new ClosedSale(
            home, key ?? number.PadLeft(26, '7'), $"T-{number}", Today.AddDays(-daysAgo), price, price, price, 10, "Robin Sample", office,
            modified ?? DateTimeOffset.UtcNow.AddDays(-daysAgo));
        Enter(sale);
        return sale;
    }

    /// <summary>Adds a sale; one with a known key replaces the earlier one.</summary>
    internal void Enter(ClosedSale sale) => Host.Get<SaleBook>().Add(sale);
}

static class Miles
{
    public static GeoPoint North(this GeoPoint point, double miles) => point with { Latitude = point.Latitude + (miles / GeoCircle.MilesPerDegree) };
}
