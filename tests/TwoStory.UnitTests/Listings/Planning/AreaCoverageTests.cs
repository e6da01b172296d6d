using System.Text.Json;
using TwoStory.Core.NearbySales.Planning;
using TwoStory.Core.Providers;
using TwoStory.Core.Providers.Spark;

namespace TwoStory.Tests.Listings.Planning;

public sealed class AreaCoverageTests
{
    static readonly double[] Radii = [0.05, 0.5, 1, 3, 10, 50];

    public static TheoryData<double, double> Places => new()
    {
        { 47.6, -122.3 }, { 0, 10 }, { 0, 0 }, { -33.9, 151.2 }, { 64.1, -21.9 }, { 71.3, -156.8 }, { 78.2, 15.6 }, { 84, 100 },
        { 89.99, 0 }, { -89.8, 120 }, { 51.9, 179.99 }, { -16.8, -179.99 }, { 66, 180 }, { 52, -180 },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public void Every_point_within_a_radius_is_requested(double latitude, double longitude)
    {
        foreach (var filter in Enum.GetValues<GeoFilter>())
        {
            for (var seed = 0; seed < 5; seed++)
            {
                var random = new Random(seed);
                var leads = Around(latitude, longitude, 1 + random.Next(40), random);
                var plan = AreaPlanner.Plan(leads, new() { Filter = filter }, SalesDensity.Unknown);
                AssertCovers(Sent(plan, filter), leads, random);
                AssertCovers(Sent(plan.SelectMany(AreaPlanner.Split).SelectMany(AreaPlanner.Split), filter), leads, random);
            }
        }
    }

    [Theory]
    [InlineData(47.6, -122.3)]
    [InlineData(-33.9, 151.2)]
    [InlineData(64.1, -21.9)]
    [InlineData(51.9, 179.5)]
    public void Every_point_is_requested_even_where_edges_are_great_circles(double latitude, double longitude)
    {
        for (var seed = 0; seed < 5; seed++)
        {
            var random = new Random(seed);
            var leads = Around(latitude, longitude, 1 + random.Next(40), random);
            var areas = Sent(AreaPlanner.Plan(leads, new() { MaxFilterLength = 1_500 }, SalesDensity.Unknown), GeoFilter.Polygon);
            foreach (var point in leads.SelectMany(lead => Within(lead, random)))
            {
                // Seen from the point, great circles are straight lines.
                Assert.Contains(areas, area => Corners(area).All(corner => corner.DistanceMilesTo(point) < 3000)
                    && new AreaPolygon([.. Corners(area).SelectMany(corner => Gnomonic(point, corner))]).Contains(new(0, 0)));
            }
        }
    }

    [Theory]
    [InlineData(GeoFilter.Polygon, 60, 7_000)]
    [InlineData(GeoFilter.Polygon, 60, 1_000)]
    [InlineData(GeoFilter.Polygon, 3, 2_000)]
    [InlineData(GeoFilter.Polygon, 1, 7_000)]
    [InlineData(GeoFilter.BoundingBox, 60, 7_000)]
    [InlineData(GeoFilter.BoundingBox, 1, 1_000)]
    public void No_filter_is_longer_or_has_more_areas_than_allowed(GeoFilter filter, int areas, int length)
    {
        var random = new Random(3);
        var options = new PlanOptions { Filter = filter, AreasPerRequest = areas, MaxFilterLength = length };
        foreach (var count in new[] { 1, 20, 400 })
        {
            LeadArea[] leads = [.. Around(47.5, -122.2, count, random), .. Around(-12.5, -70.2, count, random)];
            var plan = AreaPlanner.Plan(leads, options, SalesDensity.Unknown);
            Assert.All(plan, query => Assert.InRange(query.Areas.Count, 1, areas));
            Assert.All(plan, query => Assert.InRange(SparkFilters.Encode(SparkFilters.Geo([.. query.Areas.Select(area => area.LonLat)], filter)).Length, 1, length));
            Assert.Equal(leads.Length, plan.Sum(query => query.Leads));
            AssertCovers(Sent(plan, filter), leads, random);
        }
    }

    [Fact]
    public void Areas_are_simple_closed_rings_that_survive_json()
    {
        for (var seed = 0; seed < 10; seed++)
        {
            var plan = AreaPlanner.Plan(Around(47.5, -122.2, 300, new(seed), 0.5), new(), SalesDensity.Unknown);
            Assert.Equal(Sent(plan, GeoFilter.Polygon).Select(area => area.LonLat), JsonSerializer.Deserialize<AreaQuery[]>(JsonSerializer.Serialize(plan))!.SelectMany(query => query.Areas).Select(area => area.LonLat));
            Assert.All(plan.SelectMany(query => query.Areas), area =>
            {
                Assert.Equal(Corners(area)[0], Corners(area)[^1]);
                Assert.All(area.LonLat, degrees => Assert.Equal(Math.Round(degrees, 4), degrees));
                Assert.True(area.Shape.IsValid);
                Assert.True(area.Shape.Shell.IsCCW);
            });
        }
    }

    [Fact]
    public void The_same_home_many_times_is_requested_once()
    {
        var query = Assert.Single(AreaPlanner.Plan([.. Enumerable.Repeat(new LeadArea(new(47.6, -122.3), 1), 5_000)], new(), SalesDensity.Unknown));
        Assert.Single(query.Areas);
        Assert.Equal(5_000, query.Leads);
    }

    [Fact]
    public void Leads_without_a_location_plan_no_requests()
    {
        LeadArea[] nowhere = [new(new(0, 0), 1), new(new(double.NaN, 1), 1), new(new(91, 1), 1), new(new(47, -122), double.NaN), new(new(47, -122), -1)];
        Assert.Empty(AreaPlanner.Plan(nowhere, new(), SalesDensity.Unknown));
        Assert.Single(AreaPlanner.Plan([.. nowhere, new(new(47, -122), 0)], new(), SalesDensity.Unknown));
    }

    [Fact]
    public void Splitting_again_and_again_ends_with_areas_too_small_to_cut()
    {
        var queries = AreaPlanner.Plan(Around(47.5, -122.2, 10, new(1), 0.1), new(), SalesDensity.Unknown);
        for (var round = 0; round < 25; round++)
        {
            queries = [.. queries.SelectMany(AreaPlanner.Split)];
        }
        Assert.All(queries, query => Assert.Same(query, Assert.Single(AreaPlanner.Split(query))));
    }

    static LeadArea[] Around(double latitude, double longitude, int count, Random random, double spread = 1) =>
        [.. Enumerable.Range(0, count).Select(_ => new LeadArea(
            new(Math.Clamp(latitude + (spread * (random.NextDouble() - 0.5)), -90, 90), Wrapped(longitude + (spread * (random.NextDouble() - 0.5)))),
            Radii[random.Next(spread < 1 ? 2 : Radii.Length)]))];

    static List<AreaPolygon> Sent(IEnumerable<AreaQuery> queries, GeoFilter filter) =>
        [.. queries.SelectMany(query => FilterText.Parse(SparkFilters.Geo([.. query.Areas.Select(area => area.LonLat)], filter)))];

    static void AssertCovers(List<AreaPolygon> areas, LeadArea[] leads, Random random) =>
        Assert.All(leads.SelectMany(lead => Within(lead, random)), point => Assert.Contains(areas, area => area.Contains(point)));

    /// <summary>Points of a lead's circle: its centre, anywhere inside, and most on its rim, where an area would fall short.</summary>
    static IEnumerable<GeoPoint> Within(LeadArea lead, Random random)
    {
        var circle = new GeoCircle(lead.Centre, lead.RadiusMiles);
        return Enumerable.Range(0, 24)
            .Select(number => circle.At(2 * Math.PI * random.NextDouble(), lead.RadiusMiles * (number < 20 ? 1 - 1e-9 : random.NextDouble())))
            .Select(point => point with { Longitude = Wrapped(point.Longitude) })
            .Append(lead.Centre)
            .Where(point => point.DistanceMilesTo(lead.Centre) <= lead.RadiusMiles);
    }

    static GeoPoint[] Corners(AreaPolygon area) => [.. area.LonLat.Chunk(2).Select(corner => new GeoPoint(corner[1], corner[0]))];

    static double Wrapped(double longitude) => longitude is >= -180 and <= 180 ? longitude : longitude - (360 * Math.Floor((longitude + 180) / 360));

    static double[] Gnomonic(GeoPoint centre, GeoPoint point)
    {
        double from = double.DegreesToRadians(centre.Latitude), to = double.DegreesToRadians(point.Latitude);
        var east = double.DegreesToRadians(point.Longitude - centre.Longitude);
        var depth = (Math.Sin(from) * Math.Sin(to)) + (Math.Cos(from) * Math.Cos(to) * Math.Cos(east));
        return [Math.Cos(to) * Math.Sin(east) / depth, ((Math.Cos(from) * Math.Sin(to)) - (Math.Sin(from) * Math.Cos(to) * Math.Cos(east))) / depth];
    }
}
