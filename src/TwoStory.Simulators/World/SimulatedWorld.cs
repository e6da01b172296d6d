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

    /// <summary>The homes that the demo takes its leads from, about 400 in each neighbourhood.</summary>
    public IReadOnlyList<Home> Homes { get; }

    /// <summary>Every home that can be geocoded and valued: <see cref="Homes"/> and all that were sold, each once.</summary>
    public IReadOnlyList<Home> AllHomes { get; }

    /// <summary>Every sale, also those whose day has not come.</summary>
    public IReadOnlyList<ClosedSale> Sales { get; }

    /// <param name="seed">Decides homes and sales.</param>
    /// <param name="today">The day in <paramref name="zone"/> that the sales lead up to.</param>
    /// <param name="zone">Decides when a sale was entered.</param>
    /// <param name="demo">Whether the neighbourhoods are built.</param>
    /// <param name="load">
    /// Reads sales that stand in place of the made-up ones, told the addresses that are taken; their homes are known too.
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
