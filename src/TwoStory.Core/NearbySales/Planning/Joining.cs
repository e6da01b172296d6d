using NetTopologySuite.Geometries;
using NetTopologySuite.Operation.Overlay;
using NetTopologySuite.Operation.OverlayNG;
using TwoStory.Core.Providers;
using TwoStory.Core.Providers.Spark;

namespace TwoStory.Core.NearbySales.Planning;

/// <summary>Makes one shape of two: their union where they touch, else a bridge between them or the hull of both.</summary>
sealed class Joining(SalesField field, FilterSize size, GeoFilter filter)
{
    const double NarrowestBridge = 0.2;

    /// <summary>
    /// The joined shape that adds the least expected sales for each character that it saves. Whether a bridge meets itself
    /// is looked at only when asked, because it takes longer than everything else.
    /// </summary>
    public Shape Of(Shape a, Shape b, bool isChecked)
    {
        if (filter == GeoFilter.BoundingBox)
        {
            return Box(a, b);
        }
        var hull = Hull(a, b);
        var touch = a.Envelope.Intersects(b.Envelope) && a.Polygon.Intersects(b.Polygon);
        return (touch ? Union(a, b) : Bridge(a, b, isChecked)) is { } other && Price(other, a, b) < Price(hull, a, b) ? other : hull;
    }

    /// <summary>A price that joining two shapes will hardly fall below, from their distance alone; 0 when they may touch.</summary>
    public double Guess(Shape a, Shape b)
    {
        var miles = a.Envelope.Distance(b.Envelope) * GeoCircle.MilesPerDegree * Math.Cos(double.DegreesToRadians(a.Envelope.MinY));
        var width = Math.Sqrt(Math.Min(a.SquareMiles, b.SquareMiles)) * NarrowestBridge;
        Coordinate from = a.Envelope.Centre, to = b.Envelope.Centre;
        var saved = Math.Min(size.Of(a), size.Of(b));
        return miles * width * field.PerSquareMile((from.X + to.X) / 2, (from.Y + to.Y) / 2) / saved;
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

    Shape Hull(Shape a, Shape b)
    {
        var coarse = ConvexHull.Of(a.Corners, b.Corners);
        if (a.Outline is null || b.Outline is null)
        {
            return Grown(coarse, a, b);
        }
        var outline = ConvexHull.Of(a.Outline, b.Outline);
        var hull = Grown(outline, a, b, outline);
        while (hull.Corners.Length > coarse.Length && Coarsening.Next(hull, field) is { } coarser)
        {
            hull = coarser;
        }
        return hull;
    }

    Shape? Union(Shape a, Shape b) =>
        OverlayNGRobust.Overlay(a.Polygon, b.Polygon, SpatialFunction.Union) is Polygon union ? Grown(Ring.Of(union.ExteriorRing), a, b) : null;

    /// <summary>Opens both rings where they are nearest, by an edge each, and joins their ends.</summary>
    Shape? Bridge(Shape a, Shape b, bool isChecked)
    {
        var (nearA, nearB) = Nearest(a.Corners, b.Corners);
        var closeBy = Openings(b.Corners, nearB);
        return Openings(a.Corners, nearA)
            .SelectMany(one => closeBy.Select(other => Grown([.. one, .. other], a, b)))
            .OrderBy(bridge => Price(bridge, a, b))
            .FirstOrDefault(bridge => !isChecked || Ring.IsValidRounded(bridge.Corners));
    }

    /// <summary>The ring cut open at either edge of a corner: from one end of that edge round to the other.</summary>
    static List<Coordinate[]> Openings(Coordinate[] ring, int near)
    {
        Coordinate[] from = [.. ring[near..], .. ring[..near]];
        return [from, [.. from[1..], from[0]]];
    }

    Shape Grown(Coordinate[] ring, Shape a, Shape b, Coordinate[]? outline = null)
    {
        Coordinate from = a.Envelope.Centre, to = b.Envelope.Centre;
        var between = (field.PerSquareMile((from.X + to.X) / 2, (from.Y + to.Y) / 2) * 2
            + field.PerSquareMile(from.X, from.Y) + field.PerSquareMile(to.X, to.Y)) / 4;
        return Shape.Grown(ring, a.SquareMiles + b.SquareMiles, a.Sales + b.Sales, between, outline);
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
