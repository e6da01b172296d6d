using NetTopologySuite.Geometries;
using NetTopologySuite.Index.Strtree;
using NetTopologySuite.Operation.OverlayNG;
using NetTopologySuite.Simplify;
using TwoStory.Core.Places;

namespace TwoStory.Core.Listings.Planning;

/// <summary>The tightest shapes around all circles: the outlines of their union, holes filled.</summary>
static class FirstShapes
{
    const int MostCorners = 600;

    // Far more than an overlay moves a corner, far less than any two radii differ by.
    const double SameDegrees = 1e-7;

    public static List<Shape> Around(IReadOnlyList<GeoCircle> circles, SalesField field, GeoFilter filter)
    {
        if (filter == GeoFilter.BoundingBox)
        {
            return [.. circles.SelectMany(circle => CircleRing.Around(circle, box: true)).Select(ring => Shape.Of(ring, field))];
        }
        var outlines = Union(circles.SelectMany(circle => CircleRing.Around(circle, box: false)).Select(Ring.ToPolygon));
        var alone = Alone(outlines, circles);
        return [.. outlines.Select(outline => alone.TryGetValue(outline, out var circle) && CircleRing.IsPlain(circle)
            ? Shape.Of(circle, CircleRing.Finest, field)
            : Shape.Of(Ring.Of(Manageable(outline).ExteriorRing), field))];
    }

    static List<Polygon> Union(IEnumerable<Polygon> polygons)
    {
        var outlines = Parts(OverlayNGRobust.Union(polygons.ToArray<Geometry>()));
        // What lay in a hole is now covered twice.
        return outlines.Exists(outline => outline.NumInteriorRings > 0)
            ? Parts(OverlayNGRobust.Union(outlines.Select(Filled).ToArray<Geometry>()))
            : outlines;
    }

    static List<Polygon> Parts(Geometry? geometry) =>
        [.. Enumerable.Range(0, geometry?.NumGeometries ?? 0).Select(at => geometry!.GetGeometryN(at)).OfType<Polygon>().Where(part => !part.IsEmpty)];

    static Polygon Filled(Polygon polygon) => polygon.Factory.CreatePolygon(polygon.Shell);

    static Polygon Manageable(Polygon outline) =>
        outline.NumPoints > MostCorners && PolygonHullSimplifier.Hull(outline, true, (double)MostCorners / outline.NumPoints) is Polygon hull ? hull : outline;

    // A circle within another has the same centre as the outline at times, but never its size.
    static Dictionary<Polygon, GeoCircle> Alone(List<Polygon> outlines, IReadOnlyList<GeoCircle> circles)
    {
        var candidates = new STRtree<Polygon>();
        foreach (var outline in outlines.Where(outline => outline.NumPoints == CircleRing.Finest + 1))
        {
            candidates.Insert(outline.EnvelopeInternal, outline);
        }
        var alone = new Dictionary<Polygon, GeoCircle>(ReferenceEqualityComparer.Instance);
        foreach (var circle in circles)
        {
            var centre = new Coordinate(circle.Centre.Longitude, circle.Centre.Latitude);
            foreach (var outline in candidates.Query(new Envelope(centre)).Where(outline => IsOutlineOf(circle, outline.EnvelopeInternal)))
            {
                alone[outline] = circle;
            }
        }
        return alone;
    }

    static bool IsOutlineOf(GeoCircle circle, Envelope outline)
    {
        var ring = Ring.ToPolygon(CircleRing.Regular(circle, CircleRing.Finest)).EnvelopeInternal;
        return Math.Abs(ring.MinX - outline.MinX) < SameDegrees && Math.Abs(ring.MaxX - outline.MaxX) < SameDegrees
            && Math.Abs(ring.MinY - outline.MinY) < SameDegrees && Math.Abs(ring.MaxY - outline.MaxY) < SameDegrees;
    }
}
