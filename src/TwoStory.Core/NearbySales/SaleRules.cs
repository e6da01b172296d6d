using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TwoStory.Core.Providers;
using TwoStory.Core.Providers.Spark;

namespace TwoStory.Core.NearbySales;

/// <summary>Checks again here what the MLS was asked for, and says when two listings are one sale.</summary>
static class SaleRules
{
    /// <summary>Closed by the status that was asked for, and a sale: leases close as well.</summary>
    public static bool IsClosedSale(Listing listing) =>
        listing.StandardStatus?.Equals("Closed", StringComparison.OrdinalIgnoreCase) is true
        && listing.PropertyType?.Contains("Lease", StringComparison.OrdinalIgnoreCase) is not true;

    /// <summary>
    /// The home and its close date as a hash, then the price: what stays the same when a sale is listed again under another key.
    /// Without a price nothing follows the colon, and the hash alone tells whether it is a sale that is known with its price.
    /// </summary>
    public static string SaleKey(Listing listing)
    {
        var home = AddressKey.From(listing.Address) ?? AddressKey.From(listing.Address with { Street = listing.UnparsedAddress }) ?? (listing.ParcelNumber is { Length: > 0 } parcel ? $"parcel {parcel}" : $"listing {listing.Key}");
        var sale = string.Create(CultureInfo.InvariantCulture, $"{home}|{listing.CloseDate:yyyy-MM-dd}");
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sale)).AsSpan(0, 16));
        return string.Create(CultureInfo.InvariantCulture, $"{hash}:{listing.ClosePrice:0.##}");
    }
}
