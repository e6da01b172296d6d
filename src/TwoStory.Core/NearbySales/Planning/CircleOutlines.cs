using NetTopologySuite.Geometries;
using TwoStory.Core.Providers;
using TwoStory.Core.Providers.Spark;

namespace TwoStory.Core.NearbySales.Planning;

/// <summary>
/// Draws polygons that contain whole circles, with a margin for rounding to four decimals and for servers that take
/// edges as great circles.
/// </summary>
static class CircleOutlines
{
    const double MarginMiles = (0.00005 * 1.4143 * GeoCircle.MilesPerDegree) + AreaPolygon.BowMiles;

    // Where degrees bend more than this against great circles, a rectangle in degrees is used.
    const double MostBend = 0.04;

    // The convex hull of circles whose centres lie this close together covers hardly more than their union.
    const double CellsPerRadius = 3, ManyCircles = 2_000;

    /// <summary>Outlines, by corners a circle, around all circles; a radius below 0.01 miles counts as 0.01 miles.</summary>
    public static List<Func<int, Polygon>> Around(IReadOnlyCollection<LeadArea> leads, GeoFilter filter)
    {
        var circles = leads.Select(lead => new GeoCircle(lead.Centre, Math.Max(0.01, lead.RadiusMiles))).Distinct().ToLookup(IsPlain);
        var cells = circles[true].Count() < ManyCircles ? CellsPerRadius : CellsPerRadius / 2;
        return [.. circles[true].GroupBy(circle => Cell(circle, circle.RadiusMiles / cells / GeoCircle.MilesPerDegree)).Select(near => Together([.. near], filter)),
            .. circles[false].SelectMany(Rectangles).Select<Polygon, Func<int, Polygon>>(part => _ => part)];
    }

    static (double X, double Y, double Radius) Cell(GeoCircle circle, double degrees) => (
        Math.Floor(circle.Centre.Longitude * Math.Cos(double.DegreesToRadians(Math.Round(circle.Centre.Latitude))) / degrees),
        Math.Floor(circle.Centre.Latitude / degrees), circle.RadiusMiles);

    static Func<int, Polygon> Together(GeoCircle[] near, GeoFilter filter)
    {
        if (filter == GeoFilter.BoundingBox)
        {
            var all = new Envelope();
            Array.ForEach(near, circle => all.ExpandToInclude(Rectangle(circle)));
            return _ => Polygons.Of(all);
        }
        var outer = Polygons.Hull(near.Select(circle => new Coordinate(circle.Centre.Longitude, circle.Centre.Latitude))).Coordinates;
        return corners => (Polygon)Polygons.Hull(outer.SelectMany(centre => Regular(near[0] with { Centre = new(centre.Y, centre.X) }, corners)));
    }

    /// <summary>Whether the circle is one polygon of ordinary shape: away from the poles and the date line.</summary>
    static bool IsPlain(GeoCircle circle)
    {
        var latitude = Math.Abs(circle.Centre.Latitude) + (1.5 * circle.RadiusMiles / GeoCircle.MilesPerDegree);
        return latitude <= 85 && Math.Tan(double.DegreesToRadians(latitude)) * circle.RadiusMiles / GeoPoint.EarthRadiusMiles <= MostBend
            && Math.Abs(circle.Centre.Longitude) + (1.5 * circle.HalfWidthDegrees) < 179.9;
    }

    /// <summary>The corners of a regular polygon around the circle.</summary>
    static IEnumerable<Coordinate> Regular(GeoCircle circle, int corners)
    {
        var radius = circle.RadiusMiles + MarginMiles;
        var edge = 2 * radius * Math.Tan(Math.PI / corners);
        var latitude = Math.Min(89, Math.Abs(circle.Centre.Latitude) + ((radius + edge) / GeoCircle.MilesPerDegree));
        // 1.62 is the worst direction of an edge; the factor 1.2 covers what a second-order estimate leaves out.
        radius += 1.2 * 1.62 * edge * edge * Math.Tan(double.DegreesToRadians(latitude)) / (8 * GeoPoint.EarthRadiusMiles);
        var reach = Math.Atan(Math.Tan(radius / GeoPoint.EarthRadiusMiles) / Math.Cos(Math.PI / corners)) * GeoPoint.EarthRadiusMiles;
        return Enumerable.Range(0, corners)
            .Select(corner => circle.At(2 * Math.PI * (corner + 0.5) / corners, reach))
            .Select(point => new Coordinate(point.Longitude, point.Latitude));
    }

    static Envelope Rectangle(GeoCircle circle)
    {
        var wide = circle with { RadiusMiles = circle.RadiusMiles + MarginMiles };
        var halfWidth = wide.HalfWidthDegrees;
        return halfWidth >= 180
            ? new(-180, 180, wide.SouthernmostLatitude, wide.NorthernmostLatitude)
            : new(circle.Centre.Longitude - halfWidth, circle.Centre.Longitude + halfWidth, wide.SouthernmostLatitude, wide.NorthernmostLatitude);
    }

    /// <summary>The rectangle around the circle between −180 and 180 degrees: one, or two at the date line.</summary>
    static IEnumerable<Polygon> Rectangles(GeoCircle circle) =>
        from turn in new[] { 0.0, -360, 360 }
        let part = Rectangle(circle).Intersection(new(turn - 180, turn + 180, -90, 90))
        where part.Width > 0
        select Polygons.Of(new(part.MinX - turn, part.MaxX - turn, part.MinY, part.MaxY));
}
