using System.Globalization;
using System.Text.Json.Nodes;
using TwoStory.Simulators.Geocoders;
using TwoStory.Simulators.World;

namespace TwoStory.Simulators.RentCast;

/// <summary>Homes and sales in RentCast's fields and words.</summary>
sealed class RentCastRecords(SimulatedWorld world, WorldClock clock)
{
    readonly Lazy<ILookup<string, ClosedSale>> sales = new(() => world.Sales.ToLookup(sale => sale.Home.Address.OneLine));

    public static string FormattedAddress(HomeAddress address) =>
        $"{AddressWords.Shortened(address.Street)}{(address.Unit is null ? "" : $", Unit {address.Unit}")}, {address.City}, {address.State} {address.PostalCode}";

    static JsonObject Fields(Home home)
    {
        var address = home.Address;
        var formatted = FormattedAddress(address);
        return new()
        {
            ["id"] = formatted.Replace(' ', '-'),
            ["formattedAddress"] = formatted,
            ["addressLine1"] = AddressWords.Shortened(address.Street),
            ["addressLine2"] = address.Unit is null ? null : $"Unit {address.Unit}",
            ["city"] = address.City,
            ["state"] = address.State,
            ["stateFips"] = UsStates.Fips(address.State),
            ["zipCode"] = address.PostalCode,
            ["county"] = address.County,
            ["countyFips"] = UsStates.CountyFips(address.County),
            ["latitude"] = home.Point.Latitude,
            ["longitude"] = home.Point.Longitude,
            ["propertyType"] = TypeName(home.Type),
            ["bedrooms"] = home.Bedrooms,
            ["bathrooms"] = home.Bathrooms,
            ["squareFootage"] = home.SquareFeet,
            ["lotSize"] = home.LotSquareFeet,
            ["yearBuilt"] = home.YearBuilt,
        };
    }

    public JsonObject Subject(Home home)
    {
        var record = Fields(home);
        var last = sales.Value[home.Address.OneLine].Where(sale => sale.CloseDate <= clock.Today).MaxBy(sale => sale.CloseDate);
        record["lastSaleDate"] = last is null ? null : Day(last.CloseDate);
        record["lastSalePrice"] = last?.ClosePrice;
        return record;
    }

    public JsonObject Comparable(ClosedSale sale, double miles)
    {
        var record = Fields(sale.Home);
        record["status"] = "Inactive";
        record["price"] = sale.ListPrice;
        record["listingType"] = "Standard";
        record["listedDate"] = Day(sale.CloseDate.AddDays(-sale.DaysOnMarket));
        record["removedDate"] = Day(sale.CloseDate);
        record["lastSeenDate"] = Day(sale.CloseDate.AddDays(-1));
        record["daysOnMarket"] = sale.DaysOnMarket;
        record["distance"] = Math.Round(miles, 4);
        record["daysOld"] = clock.Today.DayNumber - sale.CloseDate.DayNumber + 1;
        record["correlation"] = Math.Round(Math.Max(0.5, 1 - miles / 20), 4);
        return record;
    }

    public JsonObject Property(Home home)
    {
        var record = Subject(home);
        record["assessorID"] = home.ParcelNumber;
        record["subdivision"] = home.Neighbourhood.ToUpperInvariant();
        var history = new JsonObject();
        foreach (var sale in sales.Value[home.Address.OneLine].Where(sale => sale.CloseDate <= clock.Today).OrderBy(sale => sale.CloseDate))
        {
            history[sale.CloseDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)] =
                new JsonObject { ["event"] = "Sale", ["date"] = Day(sale.CloseDate), ["price"] = sale.ClosePrice };
        }

        record["history"] = history;
        record["owner"] = new JsonObject { ["names"] = new JsonArray("Pat Sample"), ["type"] = "Individual" };
        record["ownerOccupied"] = true;
        return record;
    }

    public static string TypeName(HomeType type) => type switch
    {
        HomeType.Townhouse => "Townhouse",
        HomeType.Condo => "Condo",
        _ => "Single Family",
    };

    public static string Day(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + "T00:00:00.000Z";
}

/// <summary>Finds the sales nearest to a point without looking at all of them.</summary>
sealed class NearbyComparables(SimulatedWorld world)
{
    const double CellDegrees = 0.01;
    const double CellMiles = 0.45;

    readonly Lazy<ILookup<(int, int), ClosedSale>> cells = new(() => world.Sales.ToLookup(sale => Cell(sale.Home.Point)));

    /// <param name="point">The subject.</param>
    /// <param name="exclude">The subject's own address.</param>
    /// <param name="count">At most so many.</param>
    /// <param name="maxMiles">None farther.</param>
    /// <param name="since">None closed before.</param>
    /// <param name="today">None closed after.</param>
    public IReadOnlyList<(ClosedSale Sale, double Miles)> Nearest(
        WorldPoint point, string? exclude, int count, double maxMiles, DateOnly since, DateOnly today)
    {
        List<(ClosedSale Sale, double Miles)> found = [];
        var rings = Math.Min(20, (int)(maxMiles / CellMiles) + 1);
        for (var ring = 0; ring <= rings && found.Count < count; ring++)
        {
            found.AddRange(Ring(Cell(point), ring)
                .Where(sale => sale.CloseDate >= since && sale.CloseDate <= today && sale.Home.Address.OneLine != exclude)
                .Select(sale => (sale, sale.Home.Point.MilesTo(point)))
                .Where(near => near.Item2 <= maxMiles));
        }

        return [.. found.OrderBy(near => near.Miles).ThenBy(near => near.Sale.ListingKey, StringComparer.Ordinal).Take(count)];
    }

    IEnumerable<ClosedSale> Ring((int Row, int Column) centre, int ring)
    {
        for (var north = -ring; north <= ring; north++)
        {
            // Between the first and the last row only the two ends belong to the ring.
            var step = Math.Abs(north) == ring ? 1 : 2 * ring;
            for (var east = -ring; east <= ring; east += Math.Max(1, step))
            {
                foreach (var sale in cells.Value[(centre.Row + north, centre.Column + east)])
                {
                    yield return sale;
                }
            }
        }
    }

    static (int Row, int Column) Cell(WorldPoint point) =>
        ((int)Math.Floor(point.Latitude / CellDegrees), (int)Math.Floor(point.Longitude / CellDegrees));
}
