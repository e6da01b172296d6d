using NetTopologySuite.Geometries;
using TwoStory.Core.Providers;

namespace TwoStory.Core.NearbySales.Planning;

/// <summary>
/// Polygons around a circle that never undershoot it, with room for rounding and for servers that take edges as great
/// circles.
/// </summary>
static class CircleRing
{
    public const int Finest = 16;

    const double Margin = Ring.RoundingMiles + Ring.BowMiles;

    // Where lines in degrees bend more than this against great circles, a rectangle in degrees is used instead.
    const double MostBend = 0.04;

    static readonly int[] Corners = [Finest, 12, 10, 8, 7, 6, 5, 4];

    /// <summary>The next coarser number of corners, or 0.</summary>
    public static int Coarser(int corners) => Corners.FirstOrDefault(fewer => fewer < corners);

    /// <summary>Whether the circle is one plain polygon: away from the poles and the date line.</summary>
    public static bool IsPlain(GeoCircle circle) => !Bends(circle) && Math.Abs(circle.Centre.Longitude) + (1.5 * circle.HalfWidthDegrees) < 179.9;

    /// <summary>The circle as rings between −180 and 180 degrees: one, or two at the date line.</summary>
    public static IEnumerable<Coordinate[]> Around(GeoCircle circle, bool box)
    {
        if (IsPlain(circle))
        {
            return [box ? Rectangle(circle) : Regular(circle, Finest)];
        }
        var ring = box || Bends(circle) ? Rectangle(circle) : Regular(circle, Finest);
        var polygon = Ring.ToPolygon(ring);
        return new[] { 0.0, -360, 360 }
            .Select(turn => polygon.Intersection(GeometryFactory.Default.ToGeometry(new Envelope(turn - 180, turn + 180, -90, 90))) is Polygon { IsEmpty: false } part
                ? Ring.Of(part.ExteriorRing).Select(corner => new Coordinate(corner.X - turn, corner.Y)).ToArray()
                : [])
            .Where(part => part.Length > 2);
    }

    /// <summary>A regular polygon around the circle, counter-clockwise.</summary>
    public static Coordinate[] Regular(GeoCircle circle, int corners)
    {
        var radius = circle.RadiusMiles + Margin;
        var edge = 2 * radius * Math.Tan(Math.PI / corners);
        var latitude = Math.Abs(circle.Centre.Latitude) + ((radius + edge) / GeoCircle.MilesPerDegree);
        // 1.62 is the worst direction of an edge; the rest is for what a second-order estimate leaves out.
        radius += 1.2 * 1.62 * edge * edge * Math.Tan(double.DegreesToRadians(Math.Min(89, latitude))) / (8 * GeoPoint.EarthRadiusMiles);
        var reach = Math.Atan(Math.Tan(radius / GeoPoint.EarthRadiusMiles) / Math.Cos(Math.PI / corners)) * GeoPoint.EarthRadiusMiles;
        return [.. Enumerable.Range(0, corners)
            .Select(corner => circle.At(-2 * Math.PI * (corner + 0.5) / corners, reach))
            .Select(point => new Coordinate(point.Longitude, point.Latitude))];
    }

    static Coordinate[] Rectangle(GeoCircle circle)
    {
        var wide = circle with { RadiusMiles = circle.RadiusMiles + Margin };
        var halfWidth = wide.HalfWidthDegrees;
        var (west, east) = halfWidth >= 180 ? (-180, 180) : (circle.Centre.Longitude - halfWidth, circle.Centre.Longitude + halfWidth);
        double south = wide.SouthernmostLatitude, north = wide.NorthernmostLatitude;
        return [new(west, south), new(east, south), new(east, north), new(west, north)];
    }

    static bool Bends(GeoCircle circle)
    {
        var latitude = Math.Abs(circle.Centre.Latitude) + (1.5 * circle.RadiusMiles / GeoCircle.MilesPerDegree);
        return latitude > 85 || Math.Tan(double.DegreesToRadians(latitude)) * circle.RadiusMiles / GeoPoint.EarthRadiusMiles > MostBend;
    }
}
