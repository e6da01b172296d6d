using System.Globalization;
using System.Text.RegularExpressions;
using TwoStory.Core.Listings.Planning;
using TwoStory.Core.Places;
using TwoStory.Tests.Data;

namespace TwoStory.Tests.Listings.Planning;

public sealed partial class AreaPlannerTests
{
    static readonly DateOnly Today = new(2015, 2, 20);

    static readonly IReadOnlyList<GeoPoint> Week = [.. ClosedSales.Between(Today.AddDays(-7), Today).Select(sale => sale.Point)];

    [Theory]
    [InlineData(10, 25, 12)]
    [InlineData(100, 25, 8)]
    [InlineData(1_000, 25, 4)]
    [InlineData(5_000, 25, 1)]
    [InlineData(100, 1_000, 4)]
    [InlineData(5_000, 1_000, 1)]
    public void A_plan_needs_at_most_three_tenths_more_pages_than_the_floor_and_one(int leads, int pageSize, int seeds)
    {
        double?[] radii = [0.5, 1, 2, null];
        for (var seed = 0; seed < seeds; seed++)
        {
            var random = new Random(seed);
            var radius = seed < 2 ? 1 : radii[seed % radii.Length];
            var areas = Enumerable.Range(0, leads).Select(_ => new LeadArea(
                ClosedSales.All[random.Next(ClosedSales.All.Count)].Point, radius ?? Math.Round(0.25 + (2 * random.NextDouble()), 2))).ToList();

            var plan = AreaPlanner.Plan(areas, new PlanOptions { PageSize = pageSize }, SalesDensity.Unknown);

            var matter = Week.Count(sale => areas.Exists(area => area.Centre.DistanceMilesTo(sale) <= area.RadiusMiles));
            var floor = Pages(matter, pageSize);
            var pages = plan.Sum(query => Math.Max(1, Pages(Week.Count(sale => Covers(query, sale)), pageSize)));
            Assert.True(pages <= (1.3 * floor) + 1, $"seed {seed}, radius {radius}: {pages} pages beside a floor of {floor}");
        }
    }

    [Theory]
    [InlineData("a county", 47.5, -122.2, 0.4, 1)]
    [InlineData("tiny circles", 47.5, -122.2, 0.1, 0.05)]
    [InlineData("huge circles", 40, -100, 12, 50)]
    [InlineData("far north", 83.5, -40, 3, 5)]
    [InlineData("at the pole", 89.9, 10, 0.05, 20)]
    [InlineData("across the date line", 51.9, 180, 0.8, 10)]
    [InlineData("at the equator", 0.1, 0.1, 0.5, 2)]
    public void Every_place_within_a_lead_s_radius_lies_in_the_plan_and_in_what_is_left_after_splitting(
        string _, double latitude, double longitude, double spread, double radius)
    {
        var random = new Random(5);
        var areas = Enumerable.Range(0, 60).Select(_ => new LeadArea(
            Placed(latitude + (spread * ((2 * random.NextDouble()) - 1)), longitude + (spread * ((2 * random.NextDouble()) - 1))), radius * (0.5 + random.NextDouble()))).ToList();

        var plan = AreaPlanner.Plan(areas, new PlanOptions(), SalesDensity.Unknown);
        var halves = plan.SelectMany(AreaPlanner.Split).ToList();
        var quarters = halves.SelectMany(AreaPlanner.Split).ToList();

        foreach (var area in areas)
        {
            for (var turn = 0; turn < 40; turn++)
            {
                var at = new GeoCircle(area.Centre, area.RadiusMiles).At(random.NextDouble() * 2 * Math.PI, area.RadiusMiles * (turn % 2 == 0 ? 0.9999 : random.NextDouble()));
                var place = at with { Longitude = Math.IEEERemainder(at.Longitude, 360) };
                if (area.Centre.DistanceMilesTo(place) > area.RadiusMiles) continue;
                Assert.All([plan, halves, quarters], queries => Assert.Contains(queries, query => Covers(query, place)));
            }
        }
    }

    [Theory]
    [InlineData(60, 6_500)]
    [InlineData(8, 6_500)]
    [InlineData(1, 6_500)]
    [InlineData(60, 1_500)]
    public void No_filter_is_longer_or_joins_more_areas_than_allowed(int areasPerRequest, int length)
    {
        var random = new Random(9);
        var areas = Enumerable.Range(0, 400).Select(_ => new LeadArea(ClosedSales.All[random.Next(ClosedSales.All.Count)].Point, 1)).ToList();

        var plan = AreaPlanner.Plan(areas, new PlanOptions { AreasPerRequest = areasPerRequest, MaxFilterLength = length }, SalesDensity.Unknown);

        Assert.All(plan, query =>
        {
            Assert.InRange(query.Areas.Count, 1, areasPerRequest);
            Assert.InRange(SparkFilters.Encode(SparkFilters.Geo(query.Areas, GeoFilter.Polygon)).Length, 1, length);
        });
    }

    [Fact]
    public void The_text_of_a_filter_says_the_very_polygons_of_the_plan()
    {
        var query = AreaPlanner.Plan([new(new(47.61, -122.33), 1), new(new(45.52, -122.68), 2)], new PlanOptions(), SalesDensity.Unknown).Single();

        var written = Ring().Matches(SparkFilters.Geo(query.Areas, GeoFilter.Polygon)).Select(ring => ring.Groups[1].Value.Split(',').SelectMany(corner => corner.Split(' ')).Select(
            number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray()).ToArray();

        Assert.Equal(query.Areas.Select(area => area.LonLat.ToArray()), written);
        Assert.All(written, ring => Assert.Equal(ring[..2], ring[^2..]));
    }

    [Fact]
    public void Leads_that_are_not_placed_are_not_asked_for()
    {
        LeadArea[] nowhere = [new(new(0, 0), 1), new(new(double.NaN, 5), 1), new(new(91, 5), 1), new(new(47, -122), -1), new(new(47, -122), double.NaN)];

        Assert.Empty(AreaPlanner.Plan(nowhere, new PlanOptions(), SalesDensity.Unknown));
    }

    [Fact]
    public void A_learned_density_survives_being_kept_as_text()
    {
        var query = AreaPlanner.Plan([new(new(47.61, -122.33), 3)], new PlanOptions(), SalesDensity.Unknown).Single();
        var learned = SalesDensity.Update(SalesDensity.Unknown, query.Areas, [.. Enumerable.Repeat(new GeoPoint(47.61, -122.33), 500)]);

        var again = SalesDensity.FromJson(learned.ToJson());

        Assert.Equal(learned.ToJson(), again.ToJson());
        Assert.True(AreaPlanner.Plan([new(new(47.61, -122.33), 3)], new PlanOptions(), again).Single().ExpectedSales > 3 * query.ExpectedSales);
    }

    static int Pages(int rows, int pageSize) => (rows + pageSize - 1) / pageSize;

    static bool Covers(AreaQuery query, GeoPoint point) => query.Areas.Any(area => area.Contains(point));

    static GeoPoint Placed(double latitude, double longitude) => new(Math.Clamp(latitude, -90, 90), longitude > 180 ? longitude - 360 : longitude);

    [GeneratedRegex(@"POLYGON\(\(([^)]*)\)\)")]
    private static partial Regex Ring();
}
