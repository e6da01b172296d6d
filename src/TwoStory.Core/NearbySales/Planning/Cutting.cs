using NetTopologySuite.Geometries;

namespace TwoStory.Core.NearbySales.Planning;

/// <summary>Cuts a polygon across the middle of its longer side, on a line that survives rounding.</summary>
static class Cutting
{
    /// <summary>The rings of both halves; a half of a bent polygon may be several.</summary>
    public static IEnumerable<Coordinate[]> InTwo(Polygon whole)
    {
        var span = whole.EnvelopeInternal;
        double x = Math.Round(span.Centre.X, Ring.Decimals), y = Math.Round(span.Centre.Y, Ring.Decimals);
        var (lower, upper) = span.Width * Math.Cos(double.DegreesToRadians(span.Centre.Y)) > span.Height
            ? (new Envelope(span.MinX, x, span.MinY, span.MaxY), new Envelope(x, span.MaxX, span.MinY, span.MaxY))
            : (new Envelope(span.MinX, span.MaxX, span.MinY, y), new Envelope(span.MinX, span.MaxX, y, span.MaxY));
        return new[] { lower, upper }
            .Select(half => whole.Intersection(GeometryFactory.Default.ToGeometry(half)))
            .SelectMany(half => Enumerable.Range(0, half.NumGeometries).Select(half.GetGeometryN).OfType<Polygon>())
            .Select(part => Ring.Of(part.ExteriorRing));
    }
}
