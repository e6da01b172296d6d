namespace TwoStory.Simulators.World;

/// <summary>The homes and sales that all simulated providers know; the same seed and day give the same world.</summary>
sealed class SimulatedWorld
{
    SimulatedWorld(IReadOnlyList<Home> homes, IReadOnlyList<ClosedSale> sales)
    {
        Homes = homes;
        Sales = sales;
        var known = new HashSet<string>(homes.Select(Identity));
        var sold = sales.OrderByDescending(sale => sale.CloseDate).Select(sale => sale.Home).Where(home => known.Add(Identity(home)));
        AllHomes = [.. homes, .. sold];
    }

    /// <summary>The homes that the demo creates leads for, about 400 in each neighbourhood.</summary>
    public IReadOnlyList<Home> Homes { get; }

    /// <summary>Every home that can be geocoded and valued: <see cref="Homes"/> and all that were sold, each once.</summary>
    public IReadOnlyList<Home> AllHomes { get; }

    /// <summary>Every sale, including future ones.</summary>
    public IReadOnlyList<ClosedSale> Sales { get; }

    /// <param name="seed">Decides homes and sales.</param>
    /// <param name="today">The day in <paramref name="zone"/> that the sales lead up to.</param>
    /// <param name="zone">Decides when a sale was entered.</param>
    /// <param name="demo">Whether the neighbourhoods are built.</param>
    /// <param name="load">
    /// Loads sales that replace the generated ones. The argument is the addresses in use; the homes of the loaded sales are added.
    /// </param>
    public static SimulatedWorld Build(
        int seed, DateOnly today, TimeZoneInfo zone, bool demo = true,
        Func<IEnumerable<HomeAddress>, IReadOnlyList<ClosedSale>>? load = null)
    {
        var builder = new HomeBuilder(seed);
        List<NeighbourhoodHomes> places = demo ? [.. Neighbourhoods.All.Select(builder.Build)] : [];
        List<Home> homes = [.. places.SelectMany(place => place.Demo)];
        var flow = new SaleFlow(seed, zone);
        return new(homes, load is not null
            ? load(homes.Select(home => home.Address))
            : [.. places.SelectMany((place, index) => flow.Around(today, place, index + 1))]);
    }

    static string Identity(Home home) => home.Address.OneLine;
}

/// <summary>The current date and time of the simulated providers.</summary>
sealed class WorldClock(TimeProvider time, TimeZoneInfo zone)
{
    public TimeZoneInfo Zone => zone;

    public DateTimeOffset Now => time.GetUtcNow();

    public DateOnly Today => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), zone).DateTime);
}

/// <summary>The MLS's sales, ordered by close date so that a query for a few days reads only those days; safe for many threads.</summary>
sealed class SaleBook
{
    readonly Lock writing = new();
    volatile ClosedSale[] byCloseDate;

    public SaleBook(IEnumerable<ClosedSale> sales) => byCloseDate = Ordered(sales);

    /// <summary>How many sales there are, including future ones.</summary>
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
