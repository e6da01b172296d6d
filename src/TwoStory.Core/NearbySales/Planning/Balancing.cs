namespace TwoStory.Core.NearbySales.Planning;

/// <summary>Exchanges shapes between the filters of a small plan, so that their pages come out as full as can be expected.</summary>
static class Balancing
{
    const int MostFilters = 6, Rounds = 4;
    const double WorthIt = 1e-4;

    public static void Improve(List<List<Shape>> filters, FilterSize size, int pageSize)
    {
        if (filters.Count is < 2 or > MostFilters)
        {
            return;
        }
        var left = filters.ConvertAll(shapes => size.Capacity - shapes.Sum(shape => size.Characters(shape)));
        var improved = true;
        for (var round = 0; round < Rounds && improved; round++)
        {
            improved = false;
            for (var one = 0; one < filters.Count; one++)
            {
                for (var other = one + 1; other < filters.Count; other++)
                {
                    improved |= Exchange(new(filters, left, one, other, size, pageSize));
                }
            }
        }
    }

    static bool Exchange(Pair pair)
    {
        var improved = false;
        List<Shape> ones = pair.Filters[pair.One], others = pair.Filters[pair.Other];
        double sales = ones.Sum(shape => shape.Sales), otherSales = others.Sum(shape => shape.Sales);
        var pages = Pages(sales, otherSales, pair.PageSize);
        for (var at = 0; at < ones.Count; at++)
        {
            for (var with = 0; with < others.Count; with++)
            {
                var more = pair.Size.Characters(others[with]) - pair.Size.Characters(ones[at]);
                var moved = others[with].Sales - ones[at].Sales;
                if (more > pair.Left[pair.One] || -more > pair.Left[pair.Other] || Pages(sales + moved, otherSales - moved, pair.PageSize) is var better && better > pages - WorthIt)
                {
                    continue;
                }
                (ones[at], others[with]) = (others[with], ones[at]);
                pair.Left[pair.One] -= more;
                pair.Left[pair.Other] += more;
                (sales, otherSales, pages, improved) = (sales + moved, otherSales - moved, better, true);
            }
        }
        return improved;
    }

    static double Pages(double sales, double otherSales, int pageSize) =>
        ExpectedPages.Of(sales, pageSize) + ExpectedPages.Of(otherSales, pageSize);

    readonly record struct Pair(List<List<Shape>> Filters, List<double> Left, int One, int Other, FilterSize Size, int PageSize);
}
