using TwoStory.Core.Providers;

namespace TwoStory.Core.NearbySales.Planning;

/// <summary>
/// A polygon without holes that can be kept as JSON: longitude, latitude, longitude, latitude …, in degrees of four
/// decimals, counter-clockwise, the first point again at the end. It never crosses the date line.
/// </summary>
public sealed record AreaPolygon(IReadOnlyList<double> LonLat)
{
    internal IEnumerable<GeoPoint> Points => Enumerable.Range(0, LonLat.Count / 2).Select(at => new GeoPoint(LonLat[(2 * at) + 1], LonLat[2 * at]));

    /// <summary>Whether a point lies inside, edges taken as straight lines in degrees.</summary>
    public bool Contains(GeoPoint point)
    {
        var inside = false;
        for (var at = 2; at + 1 < LonLat.Count; at += 2)
        {
            double x1 = LonLat[at - 2], y1 = LonLat[at - 1], x2 = LonLat[at], y2 = LonLat[at + 1];
            var cross = ((x2 - x1) * (point.Latitude - y1)) - ((y2 - y1) * (point.Longitude - x1));
            if (cross == 0 && Between(x1, point.Longitude, x2) && Between(y1, point.Latitude, y2))
            {
                return true;
            }
            if ((y1 > point.Latitude) != (y2 > point.Latitude) && (cross > 0) == (y2 > y1))
            {
                inside = !inside;
            }
        }
        return inside;
    }

    static bool Between(double a, double value, double b) => Math.Min(a, b) <= value && value <= Math.Max(a, b);
}
