using NetTopologySuite.Algorithm.Locate;
using NetTopologySuite.Geometries;
using NetTopologySuite.Index.Strtree;
using NetTopologySuite.Operation.Buffer;
using TwoStory.Core.Providers;
using TwoStory.Core.Providers.Spark;

namespace TwoStory.Core.NearbySales.Planning;

/// <summary>Chooses the areas to fetch from a provider, so that all leads are covered in the fewest expected requests.</summary>
static class AreaPlanner
{
    const double SmallestMiles = 0.2, RoundingDegrees = 0.0001;

    // What a filter is taken to cost, in pages, while areas are chosen: each cost gives a plan, and the cheapest plan is kept.
    static readonly double[] FilterCosts = [0.1, 0.3, 0.6, 1, 2, 4, 8];

    /// <summary>
    /// Queries that together cover every lead's circle; empty when no lead is geocoded. Leads without a valid point and
    /// radii that are negative or not finite are left out.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A limit of the options is out of range.</exception>
    public static IReadOnlyList<AreaQuery> Plan(IReadOnlyList<LeadArea> leads, PlanOptions options, SalesDensity density)
    {
        options.Check();
        var valid = leads.Where(lead => lead.Centre.IsGeocoded && lead.RadiusMiles >= 0 && double.IsFinite(lead.RadiusMiles)).ToList();
        if (valid.Count == 0) return [];
        var tree = new AreaTreeBuilder(options, new SalesField(valid, density)).Build(Covers(valid, options.Filter));
        var plans = FilterCosts.Select(cost => Requests.From([.. tree.Cheapest(cost, options.PageSize).Areas], options));
        return Queries(plans.MinBy(plan => plan.Pages).Filters, valid);
    }

    /// <summary>
    /// Smaller queries that together cover the same, for what a server calls too complex or too slow: two halves of the
    /// areas, or the parts of a single area cut in two. The query itself when it is too small to be cut.
    /// </summary>
    public static IReadOnlyList<AreaQuery> Split(AreaQuery query)
    {
        var areas = query.Areas.OrderBy(area => area.Shape.EnvelopeInternal.Centre.X).ToList();
        var parts = areas.Count > 1 ? areas.Chunk((areas.Count + 1) / 2).ToList() : Cut(areas[0].Shape).ConvertAll(part => new[] { part });
        if (parts.Count < 2) return [query];
        var sizes = parts.ConvertAll(part => part.Sum(area => area.Shape.Area));
        double all = sizes.Sum(), before = 0;
        return parts.Zip(sizes, (part, size) =>
        {
            double from = before / all, to = (before += size) / all;
            return new AreaQuery(part, query.ExpectedSales * (to - from), (int)Math.Round(query.Leads * to) - (int)Math.Round(query.Leads * from));
        }).ToList();
    }

    /// <summary>The halves of a rounded area, enlarged by what rounding them again can take away.</summary>
    static List<AreaPolygon> Cut(Polygon area)
    {
        var span = area.EnvelopeInternal;
        if (Math.Max(span.Height, span.Width * Math.Cos(double.DegreesToRadians(span.Centre.Y))) * GeoCircle.MilesPerDegree < SmallestMiles) return [];
        var mitre = new BufferParameters(1, EndCapStyle.Flat, JoinStyle.Mitre, 5);
        return [.. Polygons.Halves(area).SelectMany(half => Polygons.Parts(half.Buffer(RoundingDegrees, mitre).Intersection(Polygons.Of(new(-180, 180, -90, 90)))))
            .Select(AreaPolygon.From)];
    }

    static List<Cover> Covers(List<LeadArea> leads, GeoFilter filter)
    {
        var outlines = CircleOutlines.Around(leads, filter);
        var drawn = outlines.ConvertAll(outline => outline(outlines.Count > 500 ? 8 : 16));
        if (filter == GeoFilter.BoundingBox) return drawn.ConvertAll(box => new Cover(box, []));
        var parts = Polygons.Union(drawn);
        var tree = new STRtree<(int At, IndexedPointInAreaLocator Locator)>();
        for (var at = 0; at < parts.Count; at++) tree.Insert(parts[at].EnvelopeInternal, (at, new(parts[at])));
        var inside = drawn.Zip(outlines).ToLookup(
            pair => tree.Query(pair.First.EnvelopeInternal).First(part => part.Locator.Locate(pair.First.Centroid.Coordinate) != Location.Exterior).At,
            pair => pair.Second);
        return [.. parts.Select((part, at) => new Cover(part, [.. inside[at]]))];
    }

    static List<AreaQuery> Queries(List<List<AreaForm>> filters, List<LeadArea> leads)
    {
        var tree = new STRtree<(int Filter, AreaPolygon Area)>();
        foreach (var (at, forms) in filters.Index()) forms.ForEach(form => tree.Insert(form.Area.Shape.EnvelopeInternal, (at, form.Area)));
        var served = leads.CountBy(lead => tree.Query(new Envelope(new Coordinate(lead.Centre.Longitude, lead.Centre.Latitude)))
            .FirstOrDefault(item => item.Area.Contains(lead.Centre)).Filter).ToDictionary();
        return [.. filters.Select((forms, at) => new AreaQuery([.. forms.Select(form => form.Area)], forms.Sum(form => form.Sales), served.GetValueOrDefault(at)))];
    }
}
