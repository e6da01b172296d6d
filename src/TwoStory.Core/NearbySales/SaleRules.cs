using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using TwoStory.Core.NearbySales.Planning;
using TwoStory.Core.Providers;
using TwoStory.Core.Providers.Spark;

namespace TwoStory.Core.NearbySales;

/// <summary>Verifies the conditions of the query on the returned listings, and identifies listings of the same sale.</summary>
static partial class SaleRules
{
    // Values of the RESO Data Dictionary, without blanks and signs, which servers may leave out.
    static readonly HashSet<string> OtherTypes = ["businessopportunity", "commercialrealestate", "commercialsale", "land"];

    static readonly HashSet<string> OtherSubTypes =
    [
        "agriculture", "boatslip", "business", "deededparking", "hotelmotel", "industrial", "office", "retail", "timeshare", "unimprovedland", "warehouse",
    ];

    /// <summary>
    /// True for closed sales of homes; leases close as well. Types that are not in the dictionary, such as an MLS's letters, count as homes:
    /// a missed sale is worse than one too many. Farms count as homes, see docs/decisions.
    /// </summary>
    public static bool IsClosedSale(Listing listing) =>
        listing.StandardStatus?.Equals("Closed", StringComparison.OrdinalIgnoreCase) is true
        && Letters(listing.PropertyType) is var type && !type.Contains("lease", StringComparison.Ordinal) && !OtherTypes.Contains(type)
        && !OtherSubTypes.Contains(Letters(listing.PropertySubType));

    static string Letters(string? value) => string.Concat((value ?? "").Where(char.IsAsciiLetter)).ToLowerInvariant();

    /// <summary>
    /// Returns a hash of the home and the close date, a colon, and the price. The key is the same when a sale is listed again under
    /// another listing key. Without a price the key ends with the colon; the hash then identifies the same sale with its price.
    /// </summary>
    public static string SaleKey(Listing listing)
    {
        var home = Home(listing.Address)
            ?? Home(listing.Address with { Street = listing.UnparsedAddress })
            ?? (listing.ParcelNumber is { Length: > 0 } parcel ? $"parcel {parcel}" : $"listing {listing.Key}");
        var sale = string.Create(CultureInfo.InvariantCulture, $"{home}|{listing.CloseDate:yyyy-MM-dd}");
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sale)).AsSpan(0, 16));
        return string.Create(CultureInfo.InvariantCulture, $"{hash}:{listing.ClosePrice:0.##}");
    }

    // Without a house number, as in "Undisclosed Address" or "5th Avenue", an address may be that of many homes.
    static string? Home(Address address) => AddressText.Tokens(address.Street) is [var first, _, ..] && first.Any(char.IsDigit) && !Ordinal().IsMatch(first)
        ? AddressKey.From(address)
        : null;

    [GeneratedRegex(@"^\d+(st|nd|rd|th)$")]
    private static partial Regex Ordinal();
}

/// <summary>Selects the closed sales within the plan's dates from fetched listings, and matches them with leads.</summary>
sealed class NearbyMatch(NearbySalesPlan plan, IEnumerable<Listing> listings)
{
    public IReadOnlyList<Listing> Sales { get; } =
    [
        .. listings.Where(SaleRules.IsClosedSale).Where(listing => listing.Point is { IsGeocoded: true } && plan.WindowOf(listing) is not null),
    ];

    /// <summary>Streams the sales within the radius of each lead.</summary>
    public IEnumerable<FoundSale> Near(IReadOnlyList<WatchedLead> leads)
    {
        var saleKeys = Sales.Select(SaleRules.SaleKey).ToList();
        return SaleMatcher
            .Match([.. leads.Select(lead => new LeadArea(lead.Point, lead.RadiusMiles ?? plan.RadiusMiles))], [.. Sales.Select(sale => sale.Point!.Value)])
            .Select(pair =>
            {
                var (from, to) = plan.WindowOf(Sales[pair.Listing])!.Value;
                return new FoundSale(leads[pair.Lead].Id, Sales[pair.Listing], saleKeys[pair.Listing], pair.Miles, from, to);
            });
    }
}
