using System.Text.RegularExpressions;
using TwoStory.Core.NearbySales.Planning;
using TwoStory.Core.Providers;
using TwoStory.Core.Providers.Spark;

namespace TwoStory.Tests.Listings.Planning;

/// <summary>
/// Sixty leads spread over the whole country, no two near each other. The expressions allow 60 polygons a filter, but the
/// length does not: a triangle, the shortest polygon, takes about 160 characters encoded, and 60 of them 9,500 of 7,000.
/// Boxes fit by length (60 take about 6,400), but only 17 by expressions. So the fewest filters are 2 and 4, each costs a
/// request even without a sale, and the floor of a plan is the larger of those and the pages.
/// </summary>
public sealed partial class NationalPlanTests
{
    const int PageSize = 25;

    [Theory]
    [InlineData(GeoFilter.Polygon, 0)]
    [InlineData(GeoFilter.Polygon, 0.05)]
    [InlineData(GeoFilter.Polygon, 0.3)]
    [InlineData(GeoFilter.Polygon, 1)]
    [InlineData(GeoFilter.Polygon, 3)]
    [InlineData(GeoFilter.BoundingBox, 0)]
    [InlineData(GeoFilter.BoundingBox, 0.05)]
    [InlineData(GeoFilter.BoundingBox, 0.3)]
    [InlineData(GeoFilter.BoundingBox, 1)]
    [InlineData(GeoFilter.BoundingBox, 3)]
    public void Leads_spread_over_the_country_stay_within_the_bound(GeoFilter filter, double salesPerSquareMile)
    {
        for (var seed = 0; seed < 10; seed++)
        {
            var random = new Random(seed);
            LeadArea[] leads = [.. Enumerable.Range(0, 60).Select(_ => new LeadArea(new(28 + (20 * random.NextDouble()), -120 + (45 * random.NextDouble())), 1))];
            var sales = leads.SelectMany(lead => Near(lead.Centre, salesPerSquareMile, random)).ToList();
            var plan = AreaPlanner.Plan(leads, new() { PageSize = PageSize, Filter = filter }, SalesDensity.Unknown);
            var floor = Math.Max(filter == GeoFilter.Polygon ? 2 : 4, Pages(sales.Count(sale => IsFetched(leads, filter, sale))));
            Assert.InRange(plan.Sum(query => Math.Max(1, Pages(sales.Count(sale => query.Areas.Any(area => area.Contains(sale)))))), 1, (int)Math.Floor((1.3 * floor) + 1));
            // No national hull: the areas are hardly larger than the circles.
            Assert.InRange(plan.Sum(query => query.Areas.Sum(area => Polygons.SquareMiles(area.Shape))), 60 * Math.PI * 0.99, 60 * Math.PI * 1.35);
        }
    }

    [Theory]
    [InlineData(GeoFilter.Polygon, 75, 71)]
    [InlineData(GeoFilter.Polygon, 40, 36)]
    [InlineData(GeoFilter.Polygon, 8, 4)]
    [InlineData(GeoFilter.BoundingBox, 75, 17)]
    [InlineData(GeoFilter.BoundingBox, 40, 9)]
    [InlineData(GeoFilter.BoundingBox, 8, 1)]
    public void No_filter_has_more_expressions_than_allowed(GeoFilter filter, int expressions, int most)
    {
        var random = new Random(5);
        var leads = Enumerable.Range(0, 200).Select(_ => new LeadArea(new(28 + (20 * random.NextDouble()), -120 + (45 * random.NextDouble())), 0.05)).ToList();
        var options = new PlanOptions { Filter = filter, MaxExpressions = expressions, MaxFilterLength = 60_000, AreasPerRequest = 1_000 };
        var plan = AreaPlanner.Plan(leads, options, SalesDensity.Unknown);
        Assert.All(plan, query => Assert.InRange(4 + Expression().Count(SparkFilters.Geo([.. query.Areas.Select(area => area.LonLat)], filter)), 5, expressions));
        Assert.InRange(plan.Count, 1, ((200 + most - 1) / most) + 1);
    }

    [GeneratedRegex("geo.intersects| ge | le ")]
    private static partial Regex Expression();

    /// <summary>Sales at random within two miles north, east, south and west.</summary>
    static IEnumerable<GeoPoint> Near(GeoPoint home, double perSquareMile, Random random) =>
        Enumerable.Range(0, (int)((16 * perSquareMile) + random.NextDouble())).Select(_ => new GeoPoint(
            home.Latitude + ((random.NextDouble() - 0.5) * 4 / GeoCircle.MilesPerDegree),
            home.Longitude + ((random.NextDouble() - 0.5) * 4 / GeoCircle.MilesPerDegree / Math.Cos(double.DegreesToRadians(home.Latitude)))));

    /// <summary>Whether a filter of this kind must return the sale: it is in a circle, or in the box around one.</summary>
    static bool IsFetched(LeadArea[] leads, GeoFilter filter, GeoPoint sale) => Array.Exists(leads, lead => filter == GeoFilter.Polygon
        ? lead.Centre.DistanceMilesTo(sale) <= lead.RadiusMiles
        : Math.Abs(lead.Centre.Latitude - sale.Latitude) * GeoCircle.MilesPerDegree <= lead.RadiusMiles
            && Math.Abs(lead.Centre.Longitude - sale.Longitude) <= new GeoCircle(lead.Centre, lead.RadiusMiles).HalfWidthDegrees);

    static int Pages(int rows) => (rows + PageSize - 1) / PageSize;
}
