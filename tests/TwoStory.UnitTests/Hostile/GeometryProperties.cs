using FsCheck;
using TwoStory.Core.NearbySales;
using TwoStory.Core.NearbySales.Planning;
using TwoStory.Core.Providers;
using TwoStory.Core.Providers.Spark;
using TwoStory.Tests.Listings.Planning;

namespace TwoStory.Tests.Hostile;

/// <summary>Where maps go wrong: the poles, the date line, circles of no size and of the world's.</summary>
public sealed class GeometryProperties
{
    static readonly double[] Latitudes = [-90, -89.9999, -85, -45, -1e-9, 0, 1e-9, 47.6, 60, 84.9, 85.1, 89.9999, 90];
    static readonly double[] Longitudes = [-180, -179.9999, -122.3, -1e-9, 0, 1e-9, 90, 179.9999, 180];
    static readonly double[] Radii = [0, 1e-9, 0.01, 0.5, 1, 3, 10, 50, 500, 3_000, 6_000, 12_440, 12_500, 1e6];

    [HostileProperty]
    public void A_circle_contains_exactly_the_points_within_its_radius(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var circle = new GeoCircle(Somewhere(random), HostileText.Pick(random, Radii));
        var point = Somewhere(random);
        var bearing = 2 * Math.PI * random.NextDouble();
        var rim = circle.At(bearing, Math.Min(circle.RadiusMiles, 12_000));

        Assert.InRange(rim.DistanceMilesTo(circle.Centre) - Math.Min(circle.RadiusMiles, 12_000), -1e-3, 1e-3);
        Assert.InRange(circle.Centre.DistanceMilesTo(point) - Chord(circle.Centre, point), -1e-2, 1e-2);
        if (!(circle.Centre.DistanceMilesTo(point) <= circle.RadiusMiles)) return;
        var east = Math.Abs(point.Longitude - circle.Centre.Longitude);
        Assert.InRange(point.Latitude, circle.SouthernmostLatitude - 1e-9, circle.NorthernmostLatitude + 1e-9);
        Assert.True(Math.Min(east, 360 - east) <= circle.HalfWidthDegrees + 1e-6 || Math.Abs(point.Latitude) > 90 - 1e-9, $"{circle} reaches {circle.HalfWidthDegrees}, not {point}");
    }

    [HostileProperty]
    public void The_matcher_finds_what_measuring_each_against_each_finds(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        LeadArea[] leads = [.. Enumerable.Range(0, 6).Select(_ => new LeadArea(Somewhere(random), random.Next(8) == 0 ? Strange(random) : HostileText.Pick(random, Radii)))];
        GeoPoint[] sales = [.. leads.SelectMany(lead => Near(lead, random, 4)), .. Enumerable.Range(0, 8).Select(_ => Somewhere(random)), new(0, 0), new(double.NaN, 1), new(1, 181)];

        var expected = from lead in Enumerable.Range(0, leads.Length)
                       from sale in Enumerable.Range(0, sales.Length)
                       where leads[lead].Centre.IsGeocoded && sales[sale].IsGeocoded && leads[lead].Centre.DistanceMilesTo(sales[sale]) <= leads[lead].RadiusMiles
                       select (lead, sale);
        Assert.Equal(expected.Order(), SaleMatcher.Match(leads, sales).Select(match => (match.Lead, match.Listing)).Order());
    }

    [HostileProperty]
    public void Every_sale_within_a_radius_lies_in_a_requested_area(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var filter = random.Next(2) == 0 ? GeoFilter.Polygon : GeoFilter.BoundingBox;
        LeadArea[] leads = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => new LeadArea(Somewhere(random), random.Next(8) == 0 ? Strange(random) : HostileText.Pick(random, Radii)))];
        var plan = AreaPlanner.Plan(leads, new() { Filter = filter }, SalesDensity.Unknown);
        var areas = plan.SelectMany(query => FilterText.Parse(SparkFilters.Geo([.. query.Areas.Select(area => area.LonLat)], filter))).ToList();

        foreach (var lead in leads.Where(lead => lead.Centre.IsGeocoded && lead.RadiusMiles >= 0 && double.IsFinite(lead.RadiusMiles)))
        {
            foreach (var sale in Near(lead, random, 12).Where(sale => sale.IsGeocoded && lead.Centre.DistanceMilesTo(sale) <= lead.RadiusMiles))
            {
                Assert.True(areas.Exists(area => area.Contains(sale)), $"{sale}, {lead.Centre.DistanceMilesTo(sale)} miles from {lead}, is in none of {areas.Count} areas ({filter})");
            }
        }
    }

    static GeoPoint Somewhere(Random random) => new(
        random.Next(3) == 0 ? Math.Asin((2 * random.NextDouble()) - 1) * 180 / Math.PI : HostileText.Pick(random, Latitudes),
        random.Next(3) == 0 ? 360 * random.NextDouble() - 180 : HostileText.Pick(random, Longitudes));

    static double Strange(Random random) => HostileText.Pick(random, [double.NaN, -1, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, double.Epsilon, -0.0]);

    /// <summary>Points on the rim, inside of it and a little outside.</summary>
    static IEnumerable<GeoPoint> Near(LeadArea lead, Random random, int count) => Enumerable.Range(0, count)
        .Select(number => new GeoCircle(lead.Centre, 1).At(
            2 * Math.PI * random.NextDouble(),
            (double.IsFinite(lead.RadiusMiles) ? Math.Clamp(lead.RadiusMiles, 0, 12_430) : 1) * (number % 3) switch { 0 => 1 - 1e-9, 1 => random.NextDouble(), _ => 1 + 1e-6 }))
        .Select(point => point with { Longitude = Math.IEEERemainder(point.Longitude, 360) })
        .Append(lead.Centre);

    // By vectors: another way than the product's.
    static double Chord(GeoPoint one, GeoPoint other)
    {
        var ((x1, y1, z1), (x2, y2, z2)) = (Vector(one), Vector(other));
        var chord = Math.Sqrt(((x1 - x2) * (x1 - x2)) + ((y1 - y2) * (y1 - y2)) + ((z1 - z2) * (z1 - z2)));
        return 2 * GeoPoint.EarthRadiusMiles * Math.Asin(Math.Min(1, chord / 2));
    }

    static (double X, double Y, double Z) Vector(GeoPoint point)
    {
        var (latitude, longitude) = (double.DegreesToRadians(point.Latitude), double.DegreesToRadians(point.Longitude));
        return (Math.Cos(latitude) * Math.Cos(longitude), Math.Cos(latitude) * Math.Sin(longitude), Math.Sin(latitude));
    }
}
