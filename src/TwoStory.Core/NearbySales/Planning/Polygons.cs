using NetTopologySuite.Geometries;
using NetTopologySuite.Operation.OverlayNG;
using TwoStory.Core.Providers;

namespace TwoStory.Core.NearbySales.Planning;

/// <summary>Polygons of longitude and latitude.</summary>
static class Polygons
{
    public static Polygon Of(Envelope envelope) => (Polygon)GeometryFactory.Default.ToGeometry(envelope);

    public static Geometry Hull(IEnumerable<Coordinate> corners) => GeometryFactory.Default.CreateMultiPointFromCoords([.. corners]).ConvexHull();

    /// <summary>The parts of a union, holes filled: no part touches another.</summary>
    public static List<Polygon> Union(IEnumerable<Polygon> polygons)
    {
        var parts = Parts(OverlayNGRobust.Union(polygons.ToArray<Geometry>()));
        var filled = parts.ConvertAll(part => part.NumInteriorRings == 0 ? part : new(part.Shell));
        return filled.Count == 1 || filled.SequenceEqual(parts) ? filled : Union(filled);
    }

    public static List<Polygon> Parts(Geometry shapes) =>
        [.. Enumerable.Range(0, shapes.NumGeometries).Select(shapes.GetGeometryN).OfType<Polygon>().Where(part => !part.IsEmpty)];

    public static double SquareMiles(Polygon polygon) =>
        polygon.Area * GeoCircle.MilesPerDegree * GeoCircle.MilesPerDegree * Math.Cos(double.DegreesToRadians(polygon.EnvelopeInternal.Centre.Y));

    public static bool IsWide(Envelope span) => span.Width * Math.Cos(double.DegreesToRadians(span.Centre.Y)) > span.Height;

    /// <summary>The parts on either side of a line that halves the longer side and survives rounding.</summary>
    public static List<Polygon> Halves(Polygon whole)
    {
        var span = whole.EnvelopeInternal;
        double x = Math.Round(span.Centre.X, 4), y = Math.Round(span.Centre.Y, 4);
        Envelope[] halves = IsWide(span)
            ? [new(span.MinX, x, span.MinY, span.MaxY), new(x, span.MaxX, span.MinY, span.MaxY)]
            : [new(span.MinX, span.MaxX, span.MinY, y), new(span.MinX, span.MaxX, y, span.MaxY)];
        return [.. halves.SelectMany(half => Parts(whole.Intersection(Of(half))))];
    }
}
