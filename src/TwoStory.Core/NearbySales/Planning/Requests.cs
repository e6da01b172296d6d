namespace TwoStory.Core.NearbySales.Planning;

/// <summary>Divides areas, in their order, into the filters that need the fewest expected requests.</summary>
static class Requests
{
    // How far off the expected sales of a filter usually are, besides chance.
    const double Doubt = 0.12;

    public static (double Pages, List<List<AreaForm>> Filters) From(List<AreaForm> areas, PlanOptions options)
    {
        var pages = new double[areas.Count + 1];
        var starts = new int[areas.Count + 1];
        for (var end = 1; end <= areas.Count; end++)
        {
            pages[end] = double.PositiveInfinity;
            double share = 0, sales = 0;
            for (var start = end - 1; start >= 0 && (share += areas[start].Share) <= 1 + 1e-9; start--)
            {
                var total = pages[start] + ExpectedPages(sales += areas[start].Sales, options.PageSize);
                if (total < pages[end]) (pages[end], starts[end]) = (total, start);
            }
        }
        var filters = new List<List<AreaForm>>();
        for (var end = areas.Count; end > 0; end = starts[end]) filters.Add(areas[starts[end]..end]);
        return (pages[^1], filters);
    }

    /// <summary>The mean of max(1, ⌈rows / page size⌉), rows spread normally around the expected sales.</summary>
    static double ExpectedPages(double sales, int pageSize)
    {
        var spread = Math.Sqrt(sales + (Doubt * Doubt * sales * sales)) + 1e-9;
        // Over many pages the rounding up costs half a page, whatever the numbers.
        if (spread > pageSize) return (sales / pageSize) + 0.5;
        var pages = 1.0;
        for (var full = pageSize; full < sales + (4 * spread); full += pageSize)
        {
            // The logistic approximation of the normal distribution, within 0.0002.
            var deviations = (full + 0.5 - sales) / spread;
            pages += 1 / (1 + Math.Exp((0.07056 * deviations * deviations * deviations) + (1.5976 * deviations)));
        }
        return pages;
    }
}
