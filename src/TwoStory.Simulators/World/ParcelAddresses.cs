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

/// <summary>The cities of King County, Washington, by their centres.</summary>
static class CountyPlaces
{
    static readonly (string Name, WorldPoint Centre)[] All =
    [
        ("Seattle", new(47.6062, -122.3321)), ("Seattle", new(47.6870, -122.3550)), ("Seattle", new(47.5480, -122.3800)),
        ("Seattle", new(47.5450, -122.2800)), ("Seattle", new(47.7100, -122.3100)), ("Bellevue", new(47.6101, -122.2015)),
        ("Kirkland", new(47.6815, -122.2087)), ("Redmond", new(47.6740, -122.1215)), ("Mercer Island", new(47.5707, -122.2221)),
        ("Medina", new(47.6209, -122.2276)), ("Newcastle", new(47.5390, -122.1560)), ("Renton", new(47.4829, -122.2171)),
        ("Kent", new(47.3809, -122.2348)), ("Auburn", new(47.3073, -122.2285)), ("Federal Way", new(47.3223, -122.3126)),
        ("Des Moines", new(47.4018, -122.3243)), ("SeaTac", new(47.4436, -122.2961)), ("Tukwila", new(47.4740, -122.2610)),
        ("Burien", new(47.4704, -122.3468)), ("Normandy Park", new(47.4362, -122.3407)), ("Shoreline", new(47.7557, -122.3415)),
        ("Lake Forest Park", new(47.7568, -122.2809)), ("Kenmore", new(47.7573, -122.2440)), ("Bothell", new(47.7623, -122.2054)),
        ("Woodinville", new(47.7543, -122.1635)), ("Duvall", new(47.7423, -121.9857)), ("Carnation", new(47.6479, -121.9140)),
        ("Sammamish", new(47.6163, -122.0356)), ("Issaquah", new(47.5301, -122.0326)), ("Fall City", new(47.5673, -121.8890)),
        ("Snoqualmie", new(47.5287, -121.8254)), ("North Bend", new(47.4957, -121.7868)), ("Maple Valley", new(47.3929, -122.0465)),
        ("Covington", new(47.3582, -122.1221)), ("Black Diamond", new(47.3087, -122.0032)), ("Enumclaw", new(47.2043, -121.9915)),
        ("Vashon", new(47.4473, -122.4598)), ("Skykomish", new(47.7093, -121.3601)),
    ];

    public static string Nearest(WorldPoint point) => All.MinBy(place => Apart(place.Centre, point)).Name;

    /// <summary>Good enough to compare within a county, and much cheaper than the great circle.</summary>
    static double Apart(WorldPoint one, WorldPoint other)
    {
        const double EastShrinks = 0.675;
        var (north, east) = (one.Latitude - other.Latitude, (one.Longitude - other.Longitude) * EastShrinks);
        return north * north + east * east;
    }
}
