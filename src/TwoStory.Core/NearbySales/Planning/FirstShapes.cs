using NetTopologySuite.Geometries;
using NetTopologySuite.Index.Strtree;
using NetTopologySuite.Operation.OverlayNG;
using NetTopologySuite.Simplify;
using TwoStory.Core.Providers;
using TwoStory.Core.Providers.Spark;

namespace TwoStory.Core.NearbySales.Planning;

/// <summary>The tightest shapes around all circles: the outlines of their union, holes filled.</summary>
static class FirstShapes
{
    const int MostCorners = 600;

    public static List<Shape> Around(IReadOnlyList<GeoCircle> circles, SalesField field, GeoFilter filter)
    {
        if (filter == GeoFilter.BoundingBox)
        {
            return [.. circles.SelectMany(circle => CircleRing.Around(circle, box: true)).Select(ring => Shape.Of(ring, field))];
        }
        var pieces = circles.SelectMany(circle => CircleRing.Around(circle, box: false).Select(ring => new Piece(circle, Ring.ToPolygon(ring)))).ToList();
        var groups = Touching(pieces);
        var shapes = groups.Where(IsAlone).Select(group => Shape.Of(group[0].Circle, CircleRing.Finest, field)).ToList();
        var outlines = groups.Where(group => !IsAlone(group)).SelectMany(group => Union(group.Select(piece => piece.Polygon))).ToList();
        // What lay in a hole is now covered twice.
        var filled = outlines.Exists(outline => outline.NumInteriorRings > 0) ? Union(outlines.Select(Filled)) : outlines;
        shapes.AddRange(filled.Select(outline => Shape.Of(Ring.Of(Manageable(outline).ExteriorRing), field)));
        return shapes;
    }

    static bool IsAlone(List<Piece> group) => group is [var only] && CircleRing.IsPlain(only.Circle);

    /// <summary>The pieces in groups that may touch; no piece touches one of another group.</summary>
    static List<List<Piece>> Touching(List<Piece> pieces)
    {
        var tree = new STRtree<int>();
        for (var at = 0; at < pieces.Count; at++)
        {
            tree.Insert(pieces[at].Polygon.EnvelopeInternal, at);
        }
        var groups = new List<List<Piece>>();
        var seen = new bool[pieces.Count];
        for (var first = 0; first < pieces.Count; first++)
        {
            if (seen[first])
            {
                continue;
            }
            seen[first] = true;
            var group = new List<Piece> { pieces[first] };
            for (var at = 0; at < group.Count; at++)
            {
                foreach (var near in tree.Query(group[at].Polygon.EnvelopeInternal).Where(near => !seen[near] && group[at].MayTouch(pieces[near])))
                {
                    seen[near] = true;
                    group.Add(pieces[near]);
                }
            }
            groups.Add(group);
        }
        return groups;
    }

    static List<Polygon> Union(IEnumerable<Polygon> polygons)
    {
        var union = OverlayNGRobust.Union(polygons.ToArray<Geometry>());
        return [.. Enumerable.Range(0, union?.NumGeometries ?? 0).Select(at => union!.GetGeometryN(at)).OfType<Polygon>().Where(part => !part.IsEmpty)];
    }

    static Polygon Filled(Polygon polygon) => polygon.Factory.CreatePolygon(polygon.Shell);

    static Polygon Manageable(Polygon outline) =>
        outline.NumPoints > MostCorners && PolygonHullSimplifier.Hull(outline, true, (double)MostCorners / outline.NumPoints) is Polygon hull ? hull : outline;

    /// <summary>A circle's polygon, or one of its two at the date line.</summary>
    readonly record struct Piece(GeoCircle Circle, Polygon Polygon)
    {
        // A polygon's corners lie farther out than its circle: by 2 %, and by what rounding needs.
        public bool MayTouch(Piece other) =>
            !CircleRing.IsPlain(Circle) || !CircleRing.IsPlain(other.Circle)
            || Circle.Centre.DistanceMilesTo(other.Circle.Centre) <= ((Circle.RadiusMiles + other.Circle.RadiusMiles) * 1.05) + 0.05;
    }
}
