using System.Text.Json;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Spark;

/// <summary>Reads RESO Property resources.</summary>
static class ListingReader
{
    const decimal LargestPrice = 100_000_000_000m;

    /// <summary>The fields that are read, as <c>$select</c> lists them.</summary>
    public const string Fields =
        "ListingKey,ListingId,StandardStatus,MlsStatus,PropertyType,CloseDate,ClosePrice,ListPrice,UnparsedAddress,StreetNumber,StreetDirPrefix,"
        + "StreetName,StreetSuffix,StreetDirSuffix,UnitNumber,City,StateOrProvince,PostalCode,ParcelNumber,Latitude,Longitude,BedroomsTotal,"
        + "BathroomsTotalInteger,LivingArea,YearBuilt,ListOfficeName,ListAgentFullName,ModificationTimestamp";

    /// <returns>Null for an item without a key: it could not be told from another.</returns>
    public static Listing? Read(JsonElement item)
    {
        if (item.Text("ListingKey") is not { Length: <= 255 } key) return null;
        var (latitude, longitude) = Point(item);
        return new Listing
        {
            Key = key,
            Id = item.Text("ListingId"),
            StandardStatus = item.Text("StandardStatus"),
            MlsStatus = item.Text("MlsStatus"),
            PropertyType = item.Text("PropertyType"),
            CloseDate = item.Date("CloseDate"),
            ClosePrice = item.Number("ClosePrice", 1, LargestPrice),
            ListPrice = item.Number("ListPrice", 1, LargestPrice),
            UnparsedAddress = item.Text("UnparsedAddress"),
            Street = Street(item),
            Unit = item.Text("UnitNumber"),
            City = item.Text("City"),
            State = item.Text("StateOrProvince"),
            PostalCode = item.Text("PostalCode"),
            ParcelNumber = item.Text("ParcelNumber"),
            Latitude = latitude,
            Longitude = longitude,
            Bedrooms = item.Number("BedroomsTotal", 0, 200),
            // Spark serves the decimal one, which RESO's dictionary does not have, only where no fields are selected.
            Bathrooms = item.Number("BathroomsTotalDecimal", 0, 200) ?? item.Number("BathroomsTotalInteger", 0, 200),
            LivingArea = item.Number("LivingArea", 1, 10_000_000),
            YearBuilt = (int?)item.Number("YearBuilt", 1500, 2200),
            ListOfficeName = item.Text("ListOfficeName"),
            ListAgentName = item.Text("ListAgentFullName"),
            ModifiedAt = item.Instant("ModificationTimestamp"),
        };
    }

    static (double? Latitude, double? Longitude) Point(JsonElement item)
    {
        var (latitude, longitude) = (item.Number("Latitude", -90, 90), item.Number("Longitude", -180, 180));
        return latitude is null || longitude is null || (latitude == 0 && longitude == 0) ? (null, null) : ((double)latitude, (double)longitude);
    }

    static string? Street(JsonElement item)
    {
        if (item.Text("StreetName") is { } name)
        {
            string?[] parts = [item.Text("StreetNumber"), item.Text("StreetDirPrefix"), name, item.Text("StreetSuffix"), item.Text("StreetDirSuffix")];
            return string.Join(' ', parts.Where(part => part is not null));
        }
        return item.Text("UnparsedAddress")?.Split(',', 2)[0].Trim() is { Length: > 0 } line ? line : null;
    }
}
