using NetTopologySuite.Geometries;
using NetTopologySuite.Simplify;
using TwoStory.Core.Providers.Spark;

namespace TwoStory.Core.NearbySales.Planning;

/// <summary>A part of the union of all circles, and the outlines inside it, drawn in a number of corners a circle.</summary>
sealed record Cover(Polygon Shape, IReadOnlyList<Func<int, Polygon>> Outlines)
{
    public Coordinate Centre { get; } = Shape.EnvelopeInternal.Centre;
}

/// <summary>One area that covers a part of a plan: as it is sent, exactly, the share of a filter it takes, and the sales expected in it.</summary>
sealed record AreaForm(AreaPolygon Area, Polygon Shape, double Share, double Sales);

/// <summary>Neighbouring leads: covered by one area in any of several forms, finest first, or by the areas of two halves.</summary>
sealed record AreaTree(IReadOnlyList<AreaForm> Forms, AreaTree? Left, AreaTree? Right)
{
    /// <summary>The areas that cost the fewest pages when a whole filter costs so many pages.</summary>
    public (double Pages, IEnumerable<AreaForm> Areas) Cheapest(double pagesPerFilter, int pageSize)
    {
        var best = (Pages: double.PositiveInfinity, Areas: Enumerable.Empty<AreaForm>());
        foreach (var form in Forms.Where(form => form.Share <= 1))
        {
            var pages = (form.Sales / pageSize) + (pagesPerFilter * form.Share);
            if (pages < best.Pages) best = (pages, [form]);
        }
        if (Left is null || Right is null) return best;
        var (one, other) = (Left.Cheapest(pagesPerFilter, pageSize), Right.Cheapest(pagesPerFilter, pageSize));
        return one.Pages + other.Pages < best.Pages ? (one.Pages + other.Pages, one.Areas.Concat(other.Areas)) : best;
    }
}

sealed class AreaTreeBuilder(PlanOptions options, SalesField field)
{
    const int FewOutlines = 12;

    static readonly int[] CornersPerCircle = [16, 12, 8, 6, 5, 4], CornersPerOutline = [400, 200, 100, 50, 30, 20, 12];

    /// <summary>A tree over all covers, each time halved where the gap between neighbours is widest.</summary>
    public AreaTree Build(List<Cover> covers)
    {
        if (covers is [var single]) return Leaf(single);
        var wide = Polygons.IsWide(new([.. covers.Select(cover => cover.Centre)]));
        double Along(Cover cover) => wide ? cover.Centre.X : cover.Centre.Y;
        covers.Sort((a, b) => Along(a).CompareTo(Along(b)));
        var cut = Enumerable.Range((covers.Count + 3) / 4, Math.Max(1, covers.Count / 2)).MaxBy(at => Along(covers[at]) - Along(covers[at - 1]));
        var (left, right) = (Build(covers[..cut]), Build(covers[cut..]));
        return new(left.Forms.Count == 0 || right.Forms.Count == 0 ? [] : Forms([Joined(left.Forms[0].Shape, right.Forms[0].Shape), Joined(left.Forms[^1].Shape, right.Forms[^1].Shape)]), left, right);
    }

    AreaTree Leaf(Cover cover)
    {
        var forms = Forms(options.Filter == GeoFilter.BoundingBox ? [cover.Shape] : Shapes(cover));
        return forms.Exists(form => form.Share <= 1) ? new(forms, null, null) : Build(Polygons.Halves(cover.Shape).ConvertAll(half => new Cover(half, [])));
    }

    static IEnumerable<Polygon> Shapes(Cover cover)
    {
        var drawn = cover.Outlines.Count is 0 or > FewOutlines
            ? [cover.Shape]
            : CornersPerCircle.Select(corners => Polygons.Union(cover.Outlines.Select(outline => outline(corners))).Aggregate(Joined)).ToList();
        return cover.Outlines.Count == 1 ? drawn : drawn.Concat(
            from shape in drawn
            from corners in CornersPerOutline
            where corners < shape.NumPoints
            select (Polygon)PolygonHullSimplifier.Hull(shape, true, (double)corners / shape.NumPoints));
    }

    static Polygon Joined(Polygon one, Polygon other) => (Polygon)Polygons.Hull([.. one.Shell.Coordinates, .. other.Shell.Coordinates]);

    /// <summary>The forms that no other beats in both share and sales, the finest first.</summary>
    List<AreaForm> Forms(IEnumerable<Polygon> shapes)
    {
        var kept = new List<AreaForm>();
        foreach (var form in shapes.Select(Form).OrderBy(form => form.Share).ThenBy(form => form.Sales))
        {
            if (kept.Count == 0 || form.Sales < kept[0].Sales) kept.Insert(0, form);
        }
        return kept;
    }

    AreaForm Form(Polygon shape)
    {
        if (options.Filter == GeoFilter.BoundingBox) shape = Polygons.Of(shape.EnvelopeInternal);
        var area = AreaPolygon.From(shape);
        var length = SparkFilters.Encode($"{SparkFilters.Geo([area.LonLat], options.Filter)} or ").Length;
        return new(area, shape, Math.Max(length / (options.MaxFilterLength - 2.0), 1.0 / options.MostAreas), field.SalesIn(shape));
    }
}
