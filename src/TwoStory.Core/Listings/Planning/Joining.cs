using NetTopologySuite.Geometries;
using NetTopologySuite.Operation.OverlayNG;
using NetTopologySuite.Operation.Overlay;

namespace TwoStory.Core.Listings.Planning;

/// <summary>Makes one shape of two: their union where they touch, else a bridge between them or the hull of both.</summary>
sealed class Joining(SalesField field, FilterSize size, GeoFilter filter)
{
    /// <summary>The joined shape that adds the least expected sales for each character that it saves, or null.</summary>
    public Shape? Of(Shape a, Shape b)
    {
        if (filter == GeoFilter.BoundingBox)
        {
            return Box(a, b);
        }
        if (a.Envelope.Intersects(b.Envelope) && a.Polygon.Intersects(b.Polygon) && Union(a, b) is { } union)
        {
            return union;
        }
        var hull = Grown(ConvexHull.Of(a.Corners, b.Corners), a, b);
        return Bridge(a, b) is { } bridge && Price(bridge, a, b) < Price(hull, a, b) ? bridge : hull;
    }

    /// <summary>Expected sales added per character saved; infinite when nothing is saved.</summary>
    public double Price(Shape joined, Shape a, Shape b)
    {
        var saved = size.Of(a) + size.Of(b) - size.Of(joined);
        return saved <= 0 ? double.PositiveInfinity : (joined.Sales - a.Sales - b.Sales) / saved;
    }

    Shape Box(Shape a, Shape b)
    {
        var both = a.Envelope.Copy();
        both.ExpandToInclude(b.Envelope);
        Coordinate[] ring = [new(both.MinX, both.MinY), new(both.MaxX, both.MinY), new(both.MaxX, both.MaxY), new(both.MinX, both.MaxY)];
        var shared = a.Envelope.Intersection(b.Envelope);
        var counted = a.SquareMiles + b.SquareMiles - (shared.Area * Ring.SquareMilesPerSquareDegree(both.Centre.Y));
        return Shape.Grown(ring, counted, a.Sales + b.Sales, field.PerSquareMile(both.Centre.X, both.Centre.Y));
    }

    Shape? Union(Shape a, Shape b) =>
        OverlayNGRobust.Overlay(a.Polygon, b.Polygon, SpatialFunction.Union) is Polygon union ? Grown(Ring.Of(union.ExteriorRing), a, b) : null;

    /// <summary>Opens both rings at the edges that face each other and joins their ends.</summary>
    Shape? Bridge(Shape a, Shape b)
    {
        var (nearA, nearB) = Nearest(a.Corners, b.Corners);
        Shape? best = null;
        foreach (var openA in new[] { nearA, (nearA + a.Corners.Length - 1) % a.Corners.Length })
        {
            foreach (var openB in new[] { nearB, (nearB + b.Corners.Length - 1) % b.Corners.Length })
            {
                var ring = a.Corners[(openA + 1)..].Concat(a.Corners[..(openA + 1)])
                    .Concat(b.Corners[(openB + 1)..]).Concat(b.Corners[..(openB + 1)]).ToArray();
                var bridge = Grown(ring, a, b);
                if ((best is null || bridge.SquareMiles < best.SquareMiles) && bridge.Polygon.IsValid)
                {
                    best = bridge;
                }
            }
        }
        return best;
    }

    Shape Grown(Coordinate[] ring, Shape a, Shape b)
    {
        Coordinate from = a.Envelope.Centre, to = b.Envelope.Centre;
        var between = (field.PerSquareMile((from.X + to.X) / 2, (from.Y + to.Y) / 2) * 2
            + field.PerSquareMile(from.X, from.Y) + field.PerSquareMile(to.X, to.Y)) / 4;
        return Shape.Grown(ring, a.SquareMiles + b.SquareMiles, a.Sales + b.Sales, between);
    }

    static (int A, int B) Nearest(Coordinate[] a, Coordinate[] b)
    {
        var narrow = Math.Pow(Math.Cos(double.DegreesToRadians(a[0].Y)), 2);
        var (nearA, nearB, least) = (0, 0, double.PositiveInfinity);
        for (var i = 0; i < a.Length; i++)
        {
            for (var j = 0; j < b.Length; j++)
            {
                double x = a[i].X - b[j].X, y = a[i].Y - b[j].Y;
                var square = (x * x * narrow) + (y * y);
                if (square < least)
                {
                    (nearA, nearB, least) = (i, j, square);
                }
            }
        }
        return (nearA, nearB);
    }
}
