using System.Globalization;

namespace TwoStory.Simulators.World;

/// <summary>
/// Gives a parcel of a sales file, which has a point but no address, one on King County's grid of numbered avenues: the
/// avenue by its longitude, the house number by its latitude. No two parcels share one.
/// </summary>
sealed class ParcelAddresses
{
    static readonly WorldPoint GridOrigin = new(47.605, -122.336);
    const double HouseNumbersPerDegree = 105_000;
    const double AvenuesPerDegree = 770;

    readonly HashSet<string> taken;

    public ParcelAddresses(IEnumerable<HomeAddress> others) => taken = [.. others.Select(Identity)];

    public HomeAddress For(SalesFileRow row)
    {
        var number = 100 + (int)(Math.Abs(row.Point.Latitude - GridOrigin.Latitude) * HouseNumbersPerDegree);
        while (true)
        {
            var address = new HomeAddress(number.ToString(CultureInfo.InvariantCulture), Avenue(row.Point), null,
                CountyPlaces.Nearest(row.Point), "King", "WA", row.PostalCode);
            if (taken.Add(Identity(address)))
            {
                return address;
            }

            number += 2;
        }
    }

    static StreetName Avenue(WorldPoint point)
    {
        var east = (point.Longitude - GridOrigin.Longitude) * AvenuesPerDegree;
        var avenue = 1 + (int)Math.Abs(east);
        var direction = (point.Latitude >= GridOrigin.Latitude ? "N" : "S") + (east >= 0 ? "E" : "W");
        return new(null, Ordinal(avenue), "Avenue", direction);
    }

    static string Ordinal(int number) => number.ToString(CultureInfo.InvariantCulture) + ((number % 100, number % 10) switch
    {
        ( >= 11 and <= 13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    });

    static string Identity(HomeAddress address) => $"{address.Street}|{address.City}|{address.State}";
}
