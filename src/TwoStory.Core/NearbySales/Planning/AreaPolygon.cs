using NetTopologySuite.Algorithm;
using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Utilities;
using TwoStory.Core.Providers;

namespace TwoStory.Core.NearbySales.Planning;

/// <summary>
/// A polygon without holes that can be stored as JSON: longitude, latitude, longitude, latitude …, in degrees of four
/// decimals, counter-clockwise, the first point again at the end. It never crosses the date line.
/// </summary>
sealed record AreaPolygon(IReadOnlyList<double> LonLat)
{
    /// <summary>The farthest that an edge strays from the straight line in degrees where a server takes it for a great circle.</summary>
    public const double BowMiles = 0.001;

    Polygon? shape;

    internal Polygon Shape => shape ??= new(new([.. LonLat.Chunk(2).Select(corner => new Coordinate(corner[0], corner[1]))]));

    /// <summary>The shell of a polygon, rounded, with corners added where edges are long.</summary>
    public static AreaPolygon From(Polygon polygon)
    {
        var rounded = Rounded(polygon.Shell.IsCCW ? polygon : (Polygon)polygon.Reverse());
        // Rounding may close a narrow inlet, which is filled, or pinch a narrow neck, which needs a hull.
        if (!rounded.IsValid)
        {
            rounded = GeometryFixer.Fix(rounded) is Polygon { IsEmpty: false } whole && Rounded((Polygon)whole.Normalized().Reverse()) is { IsValid: true } mended
                ? mended
                : Rounded((Polygon)Polygons.Hull(rounded.Coordinates).Normalized().Reverse());
        }
        return new([.. rounded.Shell.Coordinates.SelectMany(corner => new[] { corner.X, corner.Y })]);
    }

    /// <summary>Whether a point lies inside or on an edge, edges taken as straight lines in degrees.</summary>
    public bool Contains(GeoPoint point) =>
        RayCrossingCounter.LocatePointInRing(new(point.Longitude, point.Latitude), Shape.Shell.CoordinateSequence) != Location.Exterior;

    static Polygon Rounded(Polygon polygon)
    {
        var shell = polygon.Shell.Coordinates;
        var corners = new CoordinateList();
        foreach (var edge in shell.Zip(shell.Skip(1), (from, to) => new LineSegment(from, to)))
        {
            var pieces = Pieces(edge);
            for (double piece = 0; piece <= pieces; piece++)
            {
                var corner = edge.PointAlong(piece / pieces);
                corners.Add(new Coordinate(Math.Round(corner.X, 4), Math.Round(corner.Y, 4)), false);
            }
        }
        return new(new(corners.ToCoordinateArray()));
    }

    /// <summary>How many pieces an edge is written in, so that none bows too far.</summary>
    static int Pieces(LineSegment edge)
    {
        double near = Math.Min(Math.Abs(edge.P0.Y), Math.Abs(edge.P1.Y)), far = Math.Max(Math.Abs(edge.P0.Y), Math.Abs(edge.P1.Y));
        var east = Math.Abs(edge.P0.X - edge.P1.X) * GeoCircle.MilesPerDegree * Math.Cos(double.DegreesToRadians(near));
        var bow = east * (east + (2 * (far - near) * GeoCircle.MilesPerDegree)) * Math.Tan(double.DegreesToRadians(Math.Min(89, far))) / (8 * GeoPoint.EarthRadiusMiles);
        return (int)Math.Clamp(Math.Ceiling(Math.Sqrt(bow / BowMiles)), 1, 32);
    }
}
