using TwoStory.Core.Jobs;
using TwoStory.Simulators;
using TwoStory.Tests.Data;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Jobs;

/// <summary>Real sales in the simulated MLS, and the expected result, computed from the file.</summary>
static class KingCounty
{
    /// <summary>The day that is made today.</summary>
    public static readonly DateOnly Today = new(2015, 2, 20);

    const int WindowDays = 7;

    const double DefaultRadiusMiles = 1;

    static readonly Lazy<string> SalesFile = new(WriteIfMissing);

    public static IReadOnlyList<ClosedSale> Window { get; } = ClosedSales.Between(Today.AddDays(-WindowDays), Today);

    public static Task<TestHost> StartAsync(
        string? database = null, IDictionary<string, string?>? settings = null, Action<SimulatorOptions>? simulators = null, TimeProvider? time = null) =>
        TestHost.StartAsync(database, SalesFile.Value, Today, settings, simulators, time);

    /// <summary>Leads at homes of the file, the same for the same seed.</summary>
    public static IReadOnlyList<TestLead> Leads(int count, int seed, Func<Random, double?>? radius = null)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => new TestLead(ClosedSales.All[random.Next(ClosedSales.All.Count)].Point) { RadiusMiles = radius?.Invoke(random) })];
    }

    /// <summary>Every pair of a lead and a sale of the window within the lead's radius: each against each.</summary>
    public static HashSet<(Guid Lead, string ListingId)> BruteForce(IEnumerable<TestLead> leads) =>
    [
        .. from lead in leads
           where lead.Point is { IsGeocoded: true } && lead.NotifyNearbySales && lead.Precision is "manual" or "rooftop" or "street"
           from sale in Window
           where lead.Point!.Value.DistanceMilesTo(sale.Point) <= (lead.RadiusMiles ?? DefaultRadiusMiles)
           select (lead.Id, sale.ListingId),
    ];

    /// <summary>The listings that agents were notified of.</summary>
    public static async Task<List<(Guid Lead, string ListingId)>> NotifiedAsync(this TestHost host) =>
        [.. await host.QueryAsync<(Guid, string)>("select lead_id, listing_id from notifications where kind = 'nearby_sale'")];

    public static Task<JobReport> RunNearbySalesAsync(this TestHost host, TestOrganization organization) => host.RunAsync(JobKinds.NearbySales, organization.Id);

    static string WriteIfMissing()
    {
        if (ClosedSales.File is { } real) return real;
        var path = Path.Combine(Path.GetTempPath(), $"twostory-sales-{Environment.ProcessId}.csv");
        ClosedSales.Write(path, ClosedSales.All);
        return path;
    }
}
