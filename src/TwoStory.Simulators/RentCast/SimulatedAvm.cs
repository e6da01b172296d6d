using System.Globalization;
using TwoStory.Simulators.Geocoders;
using TwoStory.Simulators.World;

namespace TwoStory.Simulators.RentCast;

/// <summary>
/// Values homes: living area times the price around it, a factor of the home's own, and a slow drift. The same question
/// on the same day has the same answer in every process.
/// </summary>
sealed class SimulatedAvm(SimulatedWorld world, AddressBook addresses, ValueOverrides overrides)
{
    const int UsualSquareFeet = 1800;
    const double RangePart = 0.08;

    readonly Lazy<LocalPrices> prices = new(() => new(world.Sales));

    /// <summary>What a home of the world is worth on a day, USD.</summary>
    public AvmValue ValueOn(Home home, DateOnly date) => ValueOf(home.Address.OneLine, home.SquareFeet, home.Bedrooms, home.Point, date);

    /// <summary>What a home is worth on a day, USD; null when there is no data on it.</summary>
    /// <param name="address">One line, or null when only a point is known.</param>
    /// <param name="squareFeet">As the caller says; otherwise as the world knows it.</param>
    /// <param name="bedrooms">As the caller says; otherwise as the world knows them.</param>
    /// <param name="point">Needed for an address outside of the world.</param>
    /// <param name="date">The day of the valuation.</param>
    public AvmValue? ValueOn(string? address, double? squareFeet, double? bedrooms, WorldPoint? point, DateOnly date)
    {
        var home = Subject(address, point);
        if (IsNowhere(address) || (home is null && point is null))
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

    static bool IsNowhere(string? address) => address?.Contains("nowhere", StringComparison.OrdinalIgnoreCase) == true;
}

/// <summary>A valuation in USD: the price and the range it lies in with 85 % confidence.</summary>
sealed record AvmValue(decimal Price, decimal RangeLow, decimal RangeHigh);
