using BenchmarkDotNet.Attributes;
using TwoStory.Core.Alerts;
using TwoStory.Core.NearbySales;
using TwoStory.Core.NearbySales.Planning;
using TwoStory.Tests.Data;

namespace TwoStory.Bench;

/// <summary>The parts of a run without I/O: planning, matching, deciding.</summary>
[MemoryDiagnoser]
public class PureBenchmarks
{
    IReadOnlyList<LeadArea> leads = [];
    IReadOnlyList<Core.Providers.GeoPoint> sales = [];

    [Params(1_000, 10_000, 100_000)]
    public int Leads { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        var random = new Random(7);
        leads = [.. Enumerable.Range(0, Leads).Select(_ => new LeadArea(ClosedSales.All[random.Next(ClosedSales.All.Count)].Point, 1))];
        sales = [.. ClosedSales.Between(BenchHost.Today.AddDays(-7), BenchHost.Today).Select(sale => sale.Point)];
    }

    [Benchmark]
    public int Plan() => AreaPlanner.Plan(leads, new PlanOptions(), SalesDensity.Unknown).Count;

    [Benchmark]
    public int Match() => SaleMatcher.Match(leads, sales).Count();

    [Benchmark]
    public int Decide()
    {
        var alerts = 0;
        for (var lead = 0; lead < Leads; lead++)
        {
            var decision = AlertRules.Decide(
                new SaleObservation("1", BenchHost.Today, 500_000, lead % 200 / 100.0),
                new SaleRule(1, BenchHost.Today.AddDays(-7), BenchHost.Today, BenchHost.Today.AddDays(-30), true), new SaleState(false));
            alerts += decision.Alert ? 1 : 0;
        }
        return alerts;
    }
}
