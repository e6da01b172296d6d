using System.Globalization;

namespace TwoStory.Simulators.World;

/// <summary>A sale as the simulated MLS lists it; it is visible from its close date on.</summary>
/// <param name="Home">The home as it was when it was sold.</param>
/// <param name="ListingKey">26 digits, unique, and in the order of closing.</param>
/// <param name="ListingId">The number shown to people.</param>
/// <param name="CloseDate">A day in the world's time zone.</param>
/// <param name="ClosePrice">USD.</param>
/// <param name="ListPrice">USD, the last list price.</param>
/// <param name="OriginalListPrice">USD, the first list price.</param>
/// <param name="DaysOnMarket">From listing to closing.</param>
/// <param name="ListAgent">A generated name.</param>
/// <param name="ListOffice">A generated name.</param>
/// <param name="Modified">When the closing was entered: the afternoon of the close date.</param>
sealed record ClosedSale(
    Home Home,
    string ListingKey,
    string ListingId,
    DateOnly CloseDate,
    decimal ClosePrice,
    decimal ListPrice,
    decimal OriginalListPrice,
    int DaysOnMarket,
    string ListAgent,
    string ListOffice,
    DateTimeOffset Modified);

/// <summary>The parts of a sale that no source provides: list prices, agents, the time of entry.</summary>
static class SaleTerms
{
    static readonly string[] Agents =
    [
        "Robin Sample", "Alex Placeholder", "Sam Specimen", "Jordan Madeup", "Casey Example", "Taylor Fictitious",
        "Morgan Imaginary", "Riley Pretend", "Jamie Invented", "Drew Mockingham",
    ];

    static readonly string[] Offices =
    [
        "Example Realty Group", "Placeholder Properties", "Sample & Sons Homes", "Fictional Estates", "Make Believe Brokers",
        "Specimen Street Realty",
    ];

    public static ClosedSale From(
        Home home, string listingKey, string listingId, DateOnly closed, decimal price, TimeZoneInfo zone, SeededRandom random)
    {
        var listPrice = Thousands((double)price * random.Between(0.95, 1.06));
        var originalListPrice = random.Unit() < 0.3 ? Thousands((double)listPrice * 1.03) : listPrice;
        var noon = closed.ToDateTime(new TimeOnly(12, 0)).AddMinutes(random.Between(60, 540));
        var entered = new DateTimeOffset(noon, zone.GetUtcOffset(noon)).ToUniversalTime();
        return new(home, listingKey, listingId, closed, price, listPrice, originalListPrice, random.Between(4, 75),
            random.Pick(Agents), random.Pick(Offices), entered);
    }

    public static decimal Thousands(double dollars) => Math.Max(1000, Math.Round((decimal)dollars / 1000) * 1000);
}

/// <summary>
/// The sales of a neighbourhood, 15 to 25 in each week of the calendar. A week's sales depend on the seed and that week
/// alone, so a world built tomorrow has the same past.
/// </summary>
sealed class SaleFlow(int seed, TimeZoneInfo zone)
{
    const int DaysBack = 400;
    const int DaysAhead = 60;
    const int MostPerWeek = 25;

    public IEnumerable<ClosedSale> Around(DateOnly today, NeighbourhoodHomes homes, int placeNumber)
    {
        var first = today.AddDays(-DaysBack).DayNumber / 7;
        var last = today.AddDays(DaysAhead).DayNumber / 7;
        return Enumerable.Range(first, last - first + 1).SelectMany(week => Week(week, homes, placeNumber));
    }

    IEnumerable<ClosedSale> Week(int week, NeighbourhoodHomes homes, int placeNumber)
    {
        var count = SeededRandom.For(seed, $"week/{homes.Place.Name}/{week}").Between(15, MostPerWeek);
        for (var number = 0; number < count; number++)
        {
            var random = SeededRandom.For(seed, $"sale/{homes.Place.Name}/{week}/{number}");
            var closed = DateOnly.FromDayNumber(week * 7 + random.Between(0, 6));
            var home = SoldHome(week, number, homes);
            var price = SaleTerms.Thousands(
                home.SquareFeet * homes.Place.PricePerSquareFoot * random.Between(0.82, 1.22));
            var key = string.Create(CultureInfo.InvariantCulture,
                $"{closed:yyyyMMdd}{placeNumber:00}{number:000}{week:000000}{random.Between(0, 9_999_999):0000000}");
            var id = string.Create(CultureInfo.InvariantCulture,
                $"{closed:yy}-{placeNumber}{week % 100:00}{number:00}");
            yield return SaleTerms.From(home, key, id, closed, price, zone, random);
        }
    }

    /// <summary>The weeks walk through the homes in turn, so that none is sold twice within the time the MLS looks back.</summary>
    static Home SoldHome(int week, int number, NeighbourhoodHomes homes)
    {
        if (number == 0 && week % 2 == 0)
        {
            return homes.Demo[week / 2 * 7 % homes.Demo.Count];
        }

        // 7919 is prime to the number of homes: neighbours in time are not neighbours in the street.
        return homes.Others[(int)((week * (long)MostPerWeek + number) * 7919 % homes.Others.Count)];
    }
}
