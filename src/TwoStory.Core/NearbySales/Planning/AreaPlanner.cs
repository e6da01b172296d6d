using NetTopologySuite.Geometries;
using NetTopologySuite.Index.Strtree;

namespace TwoStory.Core.NearbySales.Planning;

/// <summary>Chooses the areas to ask a provider for, so that all leads are covered in the fewest requests to expect.</summary>
public static class AreaPlanner
{
    const int MostShapes = 600;

    // Once a plan is this much worse than the best, fewer filters only make it worse.
    const double Hopeless = 1.5, HopelessRequests = 3;

    /// <summary>
    /// Queries that together cover every lead's circle; empty when no lead is placed. Leads at points that are not placed
    /// and radii that are negative or not a number are left out.
    /// </summary>
    public static IReadOnlyList<AreaQuery> Plan(IReadOnlyList<LeadArea> leads, PlanOptions options, SalesDensity density)
    {
        ArgumentNullException.ThrowIfNull(leads);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(density);
        options.Check();
        var placed = leads.Where(lead => lead.Centre.IsGeocoded && lead.RadiusMiles >= 0 && double.IsFinite(lead.RadiusMiles)).ToList();
        if (placed.Count == 0)
        {
            return [];
        }
        var field = new SalesField(placed, density);
        var first = FirstShapes.Around(CircleThinning.Keep(placed), field, options.Filter);
        return Queries([.. Regions(first).SelectMany(region => Cheapest(region, field, options))], placed);
    }

    /// <summary>
    /// Smaller queries that together cover the same, for what a server calls too complex or too slow: two halves of the
    /// areas, or the parts of a single area cut in two. The query itself when it is too small to be cut.
    /// </summary>
    public static IReadOnlyList<AreaQuery> Split(AreaQuery query) => AreaSplit.Of(query);

    /// <summary>Halves of halves, each of few enough shapes to weigh against each other; a small plan is one region.</summary>
    static IEnumerable<List<Shape>> Regions(List<Shape> shapes)
    {
        if (shapes.Count <= MostShapes)
        {
            return [shapes];
        }
        var span = new Envelope(shapes.Select(shape => shape.Envelope.Centre).ToArray());
        var sorted = shapes.OrderBy(shape => span.Width > span.Height ? shape.Envelope.Centre.X : shape.Envelope.Centre.Y).ToList();
        return Regions(sorted[..(sorted.Count / 2)]).Concat(Regions(sorted[(sorted.Count / 2)..]));
    }

    static List<List<Shape>> Cheapest(List<Shape> first, SalesField field, PlanOptions options)
    {
        var size = new FilterSize(options);
        var reduction = new Reduction(first, field, size, options.Filter);
        var (best, least) = (new List<List<Shape>>(), double.PositiveInfinity);
        foreach (var shapes in reduction.Stages())
        {
            var packed = Packing.Into(shapes, shape => size.Characters(shape), size.Capacity, options.AreasPerRequest);
            Balancing.Improve(packed, size, options.PageSize);
            var requests = packed.Sum(query => ExpectedPages.Of(query.Sum(shape => shape.Sales), options.PageSize));
            if (requests < least)
            {
                (best, least) = (packed, requests);
            }
            else if (requests > (least * Hopeless) + HopelessRequests)
            {
                break;
            }
        }
        return best;
    }

    static List<AreaQuery> Queries(List<List<Shape>> packed, List<LeadArea> leads)
    {
        var written = packed.ConvertAll(shapes => shapes.ConvertAll(shape => Ring.Written(shape.Corners)));
        var tree = new STRtree<(int Query, AreaPolygon Area)>();
        for (var query = 0; query < packed.Count; query++)
        {
            foreach (var (shape, area) in packed[query].Zip(written[query]))
            {
                tree.Insert(shape.Envelope, (query, area));
            }
        }
        var counts = new int[packed.Count];
        foreach (var lead in leads)
        {
            var holding = tree.Query(new Envelope(new Coordinate(lead.Centre.Longitude, lead.Centre.Latitude))).Where(item => item.Area.Contains(lead.Centre));
            counts[holding.Select(item => item.Query).DefaultIfEmpty(0).First()]++;
        }
        return [.. packed.Select((shapes, query) => new AreaQuery(written[query], shapes.Sum(shape => shape.Sales), counts[query]))];
    }
}
