using System.Globalization;
using NetTopologySuite.Algorithm;
using NetTopologySuite.Geometries;
using TwoStory.Simulators.World;

namespace TwoStory.Simulators.Spark;

/// <summary>A polygon of a $filter; its edge and corners are inside, a hole's too.</summary>
sealed class GeoPolygon
{
    readonly Coordinate[] shell;
    readonly Coordinate[][] holes;
    readonly Envelope bounds;

    GeoPolygon(Coordinate[][] rings)
    {
        shell = rings[0];
        holes = rings[1..];
        bounds = new Envelope(shell);
    }

    public bool Covers(WorldPoint point)
    {
        if (!bounds.Contains(point.Longitude, point.Latitude))
        {
            return false;
        }

        var place = new Coordinate(point.Longitude, point.Latitude);
        return PointLocation.LocateInRing(place, shell) != Location.Exterior
            && Array.TrueForAll(holes, hole => PointLocation.LocateInRing(place, hole) != Location.Interior);
    }

    /// <summary>Reads <c>POLYGON((lon lat, lon lat, …))</c>, optionally after <c>SRID=4326;</c>.</summary>
    public static GeoPolygon Parse(string text)
    {
        const string Srid = "SRID=4326;";
        var shape = text.StartsWith(Srid, StringComparison.OrdinalIgnoreCase) ? text[Srid.Length..] : text;
        shape = shape.Trim();
        if (!shape.StartsWith("POLYGON", StringComparison.OrdinalIgnoreCase))
        {
            throw new FilterException("geography must be a POLYGON");
        }

        var rings = Parenthesised(shape["POLYGON".Length..]);
        if (rings.Length == 0 || rings.Contains("((", StringComparison.Ordinal))
        {
            throw new FilterException("the POLYGON has no rings");
        }

        return new([.. rings.Split(')', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(ring => Ring(ring.TrimStart(',', ' ')))]);
    }

    static string Parenthesised(string text)
    {
        text = text.Trim();
        return text.StartsWith('(') && text.EndsWith(')') ? text[1..^1].Trim() : throw new FilterException("the POLYGON has no rings");
    }

    static Coordinate[] Ring(string text)
    {
        if (!text.StartsWith('('))
        {
            throw new FilterException("a ring of the POLYGON has no parentheses");
        }

        var points = text[1..].Split(',').Select(Point).ToArray();
        return points.Length >= 4 && points[0].Equals2D(points[^1])
            ? points
            : throw new FilterException("a ring of the POLYGON must have four points or more and end where it begins");
    }

    static Coordinate Point(string text)
    {
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 2 && Degrees(parts[0], 180, out var longitude) && Degrees(parts[1], 90, out var latitude)
            ? new Coordinate(longitude, latitude)
            : throw new FilterException($"'{text.Trim()}' is not a longitude and a latitude");
    }

    static bool Degrees(string text, double most, out double degrees) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out degrees) && Math.Abs(degrees) <= most;
}
