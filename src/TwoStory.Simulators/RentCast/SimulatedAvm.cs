using System.Collections.Concurrent;
using System.Globalization;
using TwoStory.Simulators.Geocoders;
using TwoStory.Simulators.World;

namespace TwoStory.Simulators.RentCast;

/// <summary>
/// Values homes: living area times the price around it, a factor of the home's own, and a slow drift. The same request
/// on the same day has the same result in every process.
/// </summary>
sealed class SimulatedAvm(SimulatedWorld world, AddressBook addresses, ValueOverrides overrides)
{
    const int UsualSquareFeet = 1800;
    const double RangePart = 0.08;

    readonly Lazy<LocalPrices> prices = new(() => new(world.Sales));

    /// <summary>The value of a home of the world on a day, USD.</summary>
    public AvmValue ValueOn(Home home, DateOnly date) => ValueOf(home.Address.OneLine, home.SquareFeet, home.Bedrooms, home.Point, date);

    /// <summary>The value of a home on a day, USD; null if there is no data.</summary>
    /// <param name="address">One line, or null when only a point is known.</param>
    /// <param name="squareFeet">The value of the caller, or by default that of the world.</param>
    /// <param name="bedrooms">The value of the caller, or by default that of the world.</param>
    /// <param name="point">Needed for an address outside of the world.</param>
    /// <param name="date">The day of the valuation.</param>
    public AvmValue? ValueOn(string? address, double? squareFeet, double? bedrooms, WorldPoint? point, DateOnly date)
    {
        var home = Subject(address, point);
        if (HasNoData(address) || (home is null && point is null))
        {
            return null;
        }

        var name = home?.Address.OneLine ?? address ?? string.Create(CultureInfo.InvariantCulture, $"{point!.Value.Latitude:F5} {point.Value.Longitude:F5}");
        return ValueOf(name, squareFeet ?? home?.SquareFeet ?? UsualSquareFeet, bedrooms ?? home?.Bedrooms ?? 3, home?.Point ?? point!.Value, date);
    }

    /// <summary>The home of the world that is meant, if any.</summary>
    public Home? Subject(string? address, WorldPoint? point) =>
        (address is null ? null : addresses.Find(addresses.Read(address))) ?? (address is null && point is { } place ? addresses.At(place) : null);

    AvmValue ValueOf(string name, double squareFeet, double bedrooms, WorldPoint point, DateOnly date)
    {
        if (overrides.For(name) is { } set)
        {
            return Around((double)set, set);
        }

        var key = AddressWords.Key(name);
        var character = SeededRandom.For(1, key).Between(0.9, 1.12) * (1 + 0.01 * (Math.Clamp(bedrooms, 0, 10) - 3));
        var dollars = squareFeet * prices.Value.PerSquareFoot(point) * character * ValueDrift.On(key, date);
        return Around(dollars, SaleTerms.Thousands(dollars));
    }

    static AvmValue Around(double dollars, decimal price) =>
        new(price, SaleTerms.Thousands(dollars * (1 - RangePart)), SaleTerms.Thousands(dollars * (1 + RangePart)));

    static bool HasNoData(string? address) => address?.Contains("nowhere", StringComparison.OrdinalIgnoreCase) == true;
}

/// <summary>A valuation in USD: the price and its range with 85 % confidence.</summary>
sealed record AvmValue(decimal Price, decimal RangeLow, decimal RangeHigh);

/// <summary>The median dollars per square foot around a point, from the sales of the world; constant for one world.</summary>
sealed class LocalPrices
{
    const double CellsPerDegree = 50;
    const double Unknown = 300;

    readonly Dictionary<(int, int), double> medians;
    readonly double overall;

    public LocalPrices(IReadOnlyList<ClosedSale> sales)
    {
        medians = sales.GroupBy(sale => Cell(sale.Home.Point)).ToDictionary(cell => cell.Key, cell => Median(cell));
        overall = sales.Count == 0 ? Unknown : Median(sales);
    }

    public double PerSquareFoot(WorldPoint? point)
    {
        if (point is not { } place)
        {
            return overall;
        }

        var (row, column) = Cell(place);
        double sum = 0;
        var count = 0;
        for (var north = -1; north <= 1; north++)
        {
            for (var east = -1; east <= 1; east++)
            {
                if (medians.TryGetValue((row + north, column + east), out var median))
                {
                    sum += median;
                    count++;
                }
            }
        }

        return count == 0 ? overall : sum / count;
    }

    static (int, int) Cell(WorldPoint point) =>
        ((int)Math.Floor(point.Latitude * CellsPerDegree), (int)Math.Floor(point.Longitude * CellsPerDegree));

    static double Median(IEnumerable<ClosedSale> sales)
    {
        var prices = sales.Select(sale => (double)sale.ClosePrice / Math.Max(100, sale.Home.SquareFeet)).Order().ToList();
        return prices[prices.Count / 2];
    }
}

/// <summary>
/// How a home's value swings around its base: a slow wave with a height, length and phase of the home's own. In any one
/// week about a third of all homes move by two percent or more.
/// </summary>
static class ValueDrift
{
    const double TrendPerWeek = 0.0004;
    static readonly int Epoch = new DateOnly(2026, 1, 1).DayNumber;

    /// <summary>The factor on the base value, between about 0.85 and 1.15 in the decade around 2026.</summary>
    public static double On(string home, DateOnly date)
    {
        var random = SeededRandom.For(0, home);
        var height = random.Between(0.002, 0.036);
        var weeksLong = random.Between(3.5, 7.0);
        var phase = random.Unit();
        var week = (date.DayNumber - Epoch) / 7.0;
        return Math.Exp(height * Math.Sin(2 * Math.PI * (week / weeksLong + phase)) + Math.Clamp(week * TrendPerWeek, -0.1, 0.1));
    }
}

/// <summary>Values that a test has set for addresses instead of the simulated ones.</summary>
sealed class ValueOverrides(AddressBook addresses)
{
    readonly ConcurrentDictionary<string, decimal> values = [];

    /// <param name="address">One line; case, punctuation and abbreviations do not matter.</param>
    /// <param name="value">USD; null clears it.</param>
    public void Set(string address, decimal? value)
    {
        if (value is { } dollars)
        {
            values[Key(address)] = dollars;
        }
        else
        {
            values.TryRemove(Key(address), out _);
        }
    }

    public decimal? For(string address) => !values.IsEmpty && values.TryGetValue(Key(address), out var value) ? value : null;

    string Key(string address) => AddressWords.Key(addresses.Find(addresses.Read(address))?.Address.OneLine ?? address);
}
