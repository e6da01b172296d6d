using System.Globalization;

namespace TwoStory.Simulators.World;

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
            var dice = SeededRandom.For(seed, $"sale/{homes.Place.Name}/{week}/{number}");
            var closed = DateOnly.FromDayNumber(week * 7 + dice.Between(0, 6));
            var home = SoldHome(week, number, homes);
            var price = SaleTerms.Thousands(
                home.SquareFeet * homes.Place.PricePerSquareFoot * dice.Between(0.82, 1.22));
            var key = string.Create(CultureInfo.InvariantCulture,
                $"{closed:yyyyMMdd}{placeNumber:00}{number:000}{week:000000}{dice.Between(0, 9_999_999):0000000}");
            var id = string.Create(CultureInfo.InvariantCulture,
                $"{closed:yy}-{placeNumber}{week % 100:00}{number:00}");
            yield return SaleTerms.From(home, key, id, closed, price, zone, dice);
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
