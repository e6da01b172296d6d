using NetTopologySuite.Geometries;
using TwoStory.Core.Providers;

namespace TwoStory.Core.NearbySales.Planning;

/// <summary>Cuts a query into smaller ones that cover the same.</summary>
static class AreaSplit
{
    const double SmallestMiles = 0.2;

    public static IReadOnlyList<AreaQuery> Of(AreaQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.Areas.Count > 1)
        {
            var sorted = query.Areas.OrderBy(area => area.Points.Average(point => point.Longitude)).ToList();
            return Shared(query, [sorted[..(sorted.Count / 2)], sorted[(sorted.Count / 2)..]]);
        }
        return query.Areas is [var single] && Cut(single) is { Count: > 1 } parts
            ? Shared(query, parts.ConvertAll(part => new List<AreaPolygon> { part }))
            : [query];
    }

    /// <summary>Gives each part its share by area of the sales and leads.</summary>
    static List<AreaQuery> Shared(AreaQuery query, List<List<AreaPolygon>> parts)
    {
        var sizes = parts.ConvertAll(part => part.Sum(area => Ring.SquareMiles(Open(area))));
        double all = sizes.Sum(), before = 0;
        return parts.Zip(sizes, (part, size) =>
        {
            double from = before / all, to = (before += size) / all;
            return new AreaQuery(part, query.ExpectedSales * (to - from), (int)Math.Round(query.Leads * to) - (int)Math.Round(query.Leads * from));
        }).ToList();
    }

    static List<AreaPolygon> Cut(AreaPolygon area)
    {
        var whole = Ring.ToPolygon(Open(area));
        var span = whole.EnvelopeInternal;
        var width = span.Width * Math.Cos(double.DegreesToRadians(span.Centre.Y));
        if (Math.Max(width, span.Height) * GeoCircle.MilesPerDegree < SmallestMiles)
        {
            return [];
        }
        return [.. Cutting.InTwo(whole).Select(part => Ring.Written(Outward(part, area)))];
    }

    /// <summary>Corners where the cut meets an edge are rounded away from the area, so that nothing of it is lost.</summary>
    static Coordinate[] Outward(Coordinate[] ring, AreaPolygon area) => [.. ring.Select(corner => new Coordinate(
        Outward(corner.X, x => area.Contains(new(corner.Y, x))), Outward(corner.Y, y => area.Contains(new(y, corner.X)))))];

    static double Outward(double value, Predicate<double> isInside)
    {
        var scale = Math.Pow(10, Ring.Decimals);
        var nearest = Math.Round(value, Ring.Decimals);
        if (Math.Abs(nearest - value) < 1e-9)
        {
            return nearest;
        }
        double down = Math.Floor(value * scale) / scale, up = Math.Ceiling(value * scale) / scale;
        return isInside(up) ? down : up;
    }

    static Coordinate[] Open(AreaPolygon area) => [.. area.Points.SkipLast(1).Select(point => new Coordinate(point.Longitude, point.Latitude))];
}
