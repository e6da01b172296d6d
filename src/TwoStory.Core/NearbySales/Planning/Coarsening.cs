using NetTopologySuite.Geometries;

namespace TwoStory.Core.NearbySales.Planning;

/// <summary>Makes a shape cheaper to write, at the least expected sales for a corner, never losing a point of it.</summary>
static class Coarsening
{
    const double Flat = 1e-13;

    /// <summary>The best next form, or null when there is none.</summary>
    public static Shape? Next(Shape shape, SalesField field)
    {
        if (shape.Circle is { } circle && CircleRing.Coarser(shape.Corners.Length) is > 0 and var corners)
        {
            return Shape.Of(circle, corners, field);
        }
        if (shape.Corners.Length <= 3)
        {
            return null;
        }
        var steps = Steps(shape.Corners, field);
        steps.Sort((a, b) => a.Price.CompareTo(b.Price));
        foreach (var step in steps)
        {
            if (IsFree(shape.Corners, step))
            {
                return Shape.Grown(Taken(shape.Corners, step), shape.SquareMiles, shape.Sales, step.PerSquareMile, shape.Outline);
            }
        }
        return null;
    }

    static List<Step> Steps(Coordinate[] ring, SalesField field)
    {
        var steps = new List<Step>(ring.Length);
        for (var at = 0; at < ring.Length; at++)
        {
            Coordinate before = ring[(at + ring.Length - 1) % ring.Length], corner = ring[at];
            Coordinate next = ring[(at + 1) % ring.Length], after = ring[(at + 2) % ring.Length];
            if (Ring.Cross(before, corner, next) <= Flat)
            {
                var saved = Ring.Pieces(before, corner) + Ring.Pieces(corner, next) - Ring.Pieces(before, next);
                Add(steps, at, null, saved, [before, corner, next], field);
            }
            else if (Ring.Cross(corner, next, after) > Flat && Meeting(before, corner, next, after) is { } tip)
            {
                var saved = Ring.Pieces(before, corner) + Ring.Pieces(corner, next) + Ring.Pieces(next, after) - Ring.Pieces(before, tip) - Ring.Pieces(tip, after);
                Add(steps, at, tip, saved, [corner, tip, next], field);
            }
        }
        return steps;
    }

    static void Add(List<Step> steps, int at, Coordinate? tip, int saved, ReadOnlySpan<Coordinate> added, SalesField field)
    {
        if (saved > 0)
        {
            double x = (added[0].X + added[1].X + added[2].X) / 3, y = (added[0].Y + added[1].Y + added[2].Y) / 3;
            var squareMiles = Math.Abs(Ring.Cross(added[0], added[1], added[2])) / 2 * Ring.SquareMilesPerSquareDegree(y);
            var perSquareMile = field.PerSquareMile(x, y);
            steps.Add(new(at, tip, squareMiles * perSquareMile / saved, perSquareMile));
        }
    }

    /// <summary>Where the edges before and after an outward edge meet when they are drawn on, or null when they do not.</summary>
    static Coordinate? Meeting(Coordinate before, Coordinate corner, Coordinate next, Coordinate after)
    {
        double dx = corner.X - before.X, dy = corner.Y - before.Y, ex = next.X - after.X, ey = next.Y - after.Y;
        var turn = (dx * ey) - (dy * ex);
        if (Math.Abs(turn) < Flat)
        {
            return null;
        }
        var along = (((next.X - corner.X) * ey) - ((next.Y - corner.Y) * ex)) / turn;
        var back = (((next.X - corner.X) * dy) - ((next.Y - corner.Y) * dx)) / turn;
        var tip = new Coordinate(corner.X + (along * dx), corner.Y + (along * dy));
        return along > 0 && back > 0 && Math.Abs(tip.X) <= 180 && Math.Abs(tip.Y) <= 89 ? tip : null;
    }

    /// <summary>Whether the triangle that the step adds meets no other part of the ring.</summary>
    static bool IsFree(Coordinate[] ring, Step step)
    {
        var count = ring.Length;
        Coordinate a = ring[step.Tip is null ? (step.At + count - 1) % count : step.At], c = ring[(step.At + 1) % count];
        var b = step.Tip ?? ring[step.At];
        var span = new Envelope(a, c);
        span.ExpandToInclude(b);
        for (var at = 0; at < count; at++)
        {
            Coordinate from = ring[at], to = ring[(at + 1) % count];
            if (!span.Intersects(new Envelope(from, to)))
            {
                continue;
            }
            if (!IsCornerOf(from, a, b, c) && InTriangle(from, a, b, c))
            {
                return false;
            }
            if (step.Tip is not null && !IsCornerOf(from, a, b, c) && !IsCornerOf(to, a, b, c) && (Crosses(from, to, a, b) || Crosses(from, to, b, c)))
            {
                return false;
            }
        }
        return true;
    }

    static bool IsCornerOf(Coordinate corner, Coordinate a, Coordinate b, Coordinate c) =>
        ReferenceEquals(corner, a) || ReferenceEquals(corner, b) || ReferenceEquals(corner, c);

    static bool InTriangle(Coordinate point, Coordinate a, Coordinate b, Coordinate c)
    {
        double first = Ring.Cross(a, b, point), second = Ring.Cross(b, c, point), third = Ring.Cross(c, a, point);
        return (first >= 0 && second >= 0 && third >= 0) || (first <= 0 && second <= 0 && third <= 0);
    }

    static bool Crosses(Coordinate a, Coordinate b, Coordinate c, Coordinate d) =>
        Ring.Cross(a, b, c) * Ring.Cross(a, b, d) <= 0 && Ring.Cross(c, d, a) * Ring.Cross(c, d, b) <= 0;

    static Coordinate[] Taken(Coordinate[] ring, Step step)
    {
        if (step.Tip is null)
        {
            return [.. ring[..step.At], .. ring[(step.At + 1)..]];
        }
        return step.At == ring.Length - 1
            ? [step.Tip, .. ring[1..^1]]
            : [.. ring[..step.At], step.Tip, .. ring[(step.At + 2)..]];
    }

    /// <summary>Leave out an inward corner, or (with a tip) let the two neighbours of an outward edge meet.</summary>
    readonly record struct Step(int At, Coordinate? Tip, double Price, double PerSquareMile);
}
