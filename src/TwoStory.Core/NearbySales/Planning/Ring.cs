using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Utilities;
using TwoStory.Core.Providers;

namespace TwoStory.Core.NearbySales.Planning;

/// <summary>Arithmetic on open, counter-clockwise rings of longitude and latitude.</summary>
static class Ring
{
    public const int Decimals = 4;

    /// <summary>The farthest that rounding a corner to four decimals can move it: half the diagonal of a cell.</summary>
    public const double RoundingMiles = 0.00005 * 1.4143 * GeoCircle.MilesPerDegree;

    /// <summary>
    /// The farthest that an edge may stray from the straight line in degrees where a server takes it for a great
    /// circle; longer edges get corners in between.
    /// </summary>
    public const double BowMiles = 0.001;

    const int MostPieces = 32;

    // Edges this short stay straight enough up to that latitude, which saves the trigonometry for nearly all of them.
    const double FarNorth = 70;
    const double ShortDegrees = BowMiles * 8 * GeoPoint.EarthRadiusMiles / (3 * GeoCircle.MilesPerDegree * GeoCircle.MilesPerDegree);

    const double Enough = 1e-12;

    public static double Cross(Coordinate a, Coordinate b, Coordinate c) => ((b.X - a.X) * (c.Y - b.Y)) - ((b.Y - a.Y) * (c.X - b.X));

    public static double SquareMiles(IReadOnlyList<Coordinate> ring)
    {
        double twice = 0, latitude = 0;
        var last = ring[^1];
        foreach (var corner in ring)
        {
            twice += ((last.X - ring[0].X) * (corner.Y - ring[0].Y)) - ((corner.X - ring[0].X) * (last.Y - ring[0].Y));
            latitude += corner.Y;
            last = corner;
        }
        return Math.Abs(twice) / 2 * SquareMilesPerSquareDegree(latitude / ring.Count);
    }

    public static double SquareMilesPerSquareDegree(double latitude) =>
        GeoCircle.MilesPerDegree * GeoCircle.MilesPerDegree * Math.Cos(double.DegreesToRadians(latitude));

    /// <summary>How many pieces an edge is written in, so that none bows too far.</summary>
    public static int Pieces(Coordinate a, Coordinate b)
    {
        double degreesEast = Math.Abs(a.X - b.X), degreesNorth = Math.Abs(a.Y - b.Y);
        if (degreesEast * (degreesEast + (2 * degreesNorth)) < ShortDegrees && Math.Abs(a.Y) < FarNorth)
        {
            return 1;
        }
        var latitude = double.DegreesToRadians(Math.Min(89, Math.Max(Math.Abs(a.Y), Math.Abs(b.Y))));
        var east = degreesEast * GeoCircle.MilesPerDegree * Math.Cos(double.DegreesToRadians(Math.Min(Math.Abs(a.Y), Math.Abs(b.Y))));
        var north = degreesNorth * GeoCircle.MilesPerDegree;
        var bow = east * (east + (2 * north)) * Math.Tan(latitude) / (8 * GeoPoint.EarthRadiusMiles);
        return bow <= BowMiles ? 1 : Math.Min(MostPieces, (int)Math.Ceiling(Math.Sqrt(bow / BowMiles)));
    }

    /// <summary>The corners without repeated ones, counter-clockwise, open.</summary>
    public static Coordinate[] Of(LineString shell)
    {
        var corners = new List<Coordinate>(shell.NumPoints);
        foreach (var corner in shell.Coordinates.SkipLast(1))
        {
            if (corners.Count == 0 || corner.Distance(corners[^1]) > Enough)
            {
                corners.Add(corner);
            }
        }
        if (!NetTopologySuite.Algorithm.Orientation.IsCCW(shell.CoordinateSequence))
        {
            corners.Reverse();
        }
        return [.. corners];
    }

    public static Polygon ToPolygon(Coordinate[] ring) => GeometryFactory.Default.CreatePolygon([.. ring, ring[0].Copy()]);

    /// <summary>Whether the ring does not meet itself, nor would when its corners are rounded.</summary>
    public static bool IsValidRounded(Coordinate[] ring) =>
        ToPolygon(ring).IsValid && ToPolygon([.. ring.Select(Rounded)]).IsValid;

    /// <summary>The ring as it is sent: long edges in pieces, rounded, closed, valid.</summary>
    public static AreaPolygon Written(Coordinate[] ring)
    {
        var corners = new List<Coordinate>();
        for (var at = 0; at < ring.Length; at++)
        {
            Coordinate from = ring[at], to = ring[(at + 1) % ring.Length];
            var pieces = Pieces(from, to);
            for (var piece = 0; piece < pieces; piece++)
            {
                var corner = Rounded(new(from.X + ((to.X - from.X) * piece / pieces), from.Y + ((to.Y - from.Y) * piece / pieces)));
                if (corners.Count == 0 || !corner.Equals2D(corners[^1]))
                {
                    corners.Add(corner);
                }
            }
        }
        while (corners.Count > 1 && corners[^1].Equals2D(corners[0]))
        {
            corners.RemoveAt(corners.Count - 1);
        }
        return ToArea(corners.Count > 2 && ToPolygon([.. corners]) is { IsValid: true } polygon ? Of(polygon.ExteriorRing) : Mended(corners));
    }

    static Coordinate Rounded(Coordinate corner) => new(Math.Round(corner.X, Decimals), Math.Round(corner.Y, Decimals));

    /// <summary>Rounding may close a narrow inlet or pinch a narrow neck: the one is filled, and around the other goes a hull.</summary>
    static Coordinate[] Mended(List<Coordinate> corners) =>
        corners.Count > 2 && GeometryFixer.Fix(ToPolygon([.. corners])) is Polygon { IsEmpty: false } whole && IsValidRounded(Of(whole.ExteriorRing))
            ? [.. Of(whole.ExteriorRing).Select(Rounded)]
            : ConvexHull.Of([.. corners], []);

    static AreaPolygon ToArea(Coordinate[] ring) => new([.. ring.Append(ring[0]).SelectMany(corner => new[] { corner.X, corner.Y })]);
}
