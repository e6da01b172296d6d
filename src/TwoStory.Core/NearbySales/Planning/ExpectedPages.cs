namespace TwoStory.Core.NearbySales.Planning;

/// <summary>The requests to expect for one filter, its sales being a guess.</summary>
static class ExpectedPages
{
    // How far off the expected sales of a filter usually are, besides chance.
    const double Doubt = 0.12;

    /// <summary>The mean of max(1, ⌈rows / page size⌉), rows spread normally around the expected sales.</summary>
    public static double Of(double sales, int pageSize)
    {
        var spread = Math.Sqrt(sales + (Doubt * Doubt * sales * sales)) + 1e-9;
        if (spread > pageSize && sales > 4 * spread)
        {
            // Over many pages the rounding up costs half a page, whatever the numbers.
            return (sales / pageSize) + 0.5;
        }
        var certain = Math.Max(0, (int)((sales - (4 * spread)) / pageSize));
        var pages = 1.0 + certain;
        for (var full = certain + 1; ; full++)
        {
            var deviations = ((full * pageSize) + 0.5 - sales) / spread;
            if (deviations > 4)
            {
                return pages;
            }
            pages += Above(deviations);
        }
    }

    /// <summary>The share of a normal distribution above so many deviations, by the logistic approximation (within 0.0002).</summary>
    static double Above(double deviations) =>
        1 / (1 + Math.Exp((0.07056 * deviations * deviations * deviations) + (1.5976 * deviations)));
}
