namespace TwoStory.Simulators.World;

/// <summary>The MLS's sales, ordered by close date so that a query for a few days reads only those days; safe for many threads.</summary>
sealed class SaleBook
{
    readonly Lock writing = new();
    volatile ClosedSale[] byCloseDate;

    public SaleBook(IEnumerable<ClosedSale> sales) => byCloseDate = Ordered(sales);

    /// <summary>How many sales there are, also those whose day has not come.</summary>
    public int Count => byCloseDate.Length;

    /// <summary>The sales closed from one day to another, both included, oldest first.</summary>
    public ReadOnlyMemory<ClosedSale> Closed(DateOnly from, DateOnly to)
    {
        var sales = byCloseDate;
        var start = FirstNotBefore(sales, from);
        var end = to == DateOnly.MaxValue ? sales.Length : FirstNotBefore(sales, to.AddDays(1));
        return start >= end ? default : sales.AsMemory(start, end - start);
    }

    public ClosedSale? Find(string listingKey) => Array.Find(byCloseDate, sale => sale.ListingKey == listingKey);

    /// <summary>Enters sales; one with the key of an older one replaces it.</summary>
    public void Add(params IReadOnlyCollection<ClosedSale> sales)
    {
        lock (writing)
        {
            var keys = sales.Select(sale => sale.ListingKey).ToHashSet();
            byCloseDate = Ordered(byCloseDate.Where(sale => !keys.Contains(sale.ListingKey)).Concat(sales));
        }
    }

    static ClosedSale[] Ordered(IEnumerable<ClosedSale> sales) =>
        [.. sales.OrderBy(sale => sale.CloseDate).ThenBy(sale => sale.ListingKey, StringComparer.Ordinal)];

    static int FirstNotBefore(ClosedSale[] sales, DateOnly day)
    {
        var (low, high) = (0, sales.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = sales[middle].CloseDate < day ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
