using NetTopologySuite.Geometries;

namespace TwoStory.Core.NearbySales.Planning;

/// <summary>The convex hull of two rings, counter-clockwise and open (Andrew's monotone chain).</summary>
static class ConvexHull
{
    public static Coordinate[] Of(Coordinate[] a, Coordinate[] b)
    {
        Coordinate[] sorted = [.. a, .. b];
        Array.Sort(sorted, (p, q) => p.X != q.X ? p.X.CompareTo(q.X) : p.Y.CompareTo(q.Y));
        var hull = new List<Coordinate>();
        Add(hull, sorted);
        Array.Reverse(sorted);
        Add(hull, sorted);
        return [.. hull];
    }

    static void Add(List<Coordinate> hull, Coordinate[] sorted)
    {
        var start = hull.Count;
        foreach (var point in sorted)
        {
            while (hull.Count >= start + 2 && Ring.Cross(hull[^2], hull[^1], point) <= 0)
            {
                hull.RemoveAt(hull.Count - 1);
            }
            hull.Add(point);
        }
        hull.RemoveAt(hull.Count - 1);
    }
}
