using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TwoStory.Core.Places;

namespace TwoStory.Core.Listings;

/// <summary>Checks again here what the MLS was asked for, and says when two listings are one sale.</summary>
static class SaleRules
{
    /// <summary>Closed, and a sale: leases close as well.</summary>
    public static bool IsClosedSale(Listing listing) =>
        (listing.StandardStatus ?? listing.MlsStatus) is { } status
        && (status.Equals("Closed", StringComparison.OrdinalIgnoreCase) || (listing.StandardStatus is null && status.Equals("Sold", StringComparison.OrdinalIgnoreCase)))
        && listing.PropertyType?.Contains("Lease", StringComparison.OrdinalIgnoreCase) is not true;

    /// <summary>The home, its close date and price: what stays the same when a sale is listed again under another key.</summary>
    public static string SaleKey(Listing listing)
    {
        var home = AddressKey.Of(listing.Address) ?? AddressKey.Of(listing.Address with { Street = listing.UnparsedAddress }) ?? (listing.ParcelNumber is { Length: > 0 } parcel ? $"parcel {parcel}" : $"listing {listing.Key}");
        var sale = string.Create(CultureInfo.InvariantCulture, $"{home}|{listing.CloseDate:yyyy-MM-dd}|{listing.ClosePrice:0.##}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sale)).AsSpan(0, 16));
    }
}
