using System.Text.Json;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Spark;

/// <summary>A listing as the MLS sends it. Everything but the key may be missing; a value out of range is null.</summary>
public sealed record Listing
{
    /// <summary>The MLS's key, stable for this listing; a home that is listed again gets another.</summary>
    public required string Key { get; init; }

    /// <summary>The number that agents use.</summary>
    public string? Id { get; init; }

    /// <summary>RESO's closed list, such as <c>Closed</c>.</summary>
    public string? StandardStatus { get; init; }

    public string? MlsStatus { get; init; }

    public string? PropertyType { get; init; }

    public string? PropertySubType { get; init; }

    public DateOnly? CloseDate { get; init; }

    /// <summary>USD.</summary>
    public decimal? ClosePrice { get; init; }

    /// <summary>USD.</summary>
    public decimal? ListPrice { get; init; }

    public string? UnparsedAddress { get; init; }

    /// <summary>Number, name and suffix of the street in one line, without the unit.</summary>
    public string? Street { get; init; }

    public string? Unit { get; init; }

    public string? City { get; init; }

    public string? State { get; init; }

    public string? PostalCode { get; init; }

    public string? ParcelNumber { get; init; }

    /// <summary>Degrees; null together with <see cref="Longitude"/>, also for 0/0.</summary>
    public double? Latitude { get; init; }

    public double? Longitude { get; init; }

    public decimal? Bedrooms { get; init; }

    public decimal? Bathrooms { get; init; }

    /// <summary>Square feet.</summary>
    public decimal? LivingArea { get; init; }

    public int? YearBuilt { get; init; }

    public string? ListOfficeName { get; init; }

    public string? ListAgentName { get; init; }

    /// <summary>UTC.</summary>
    public DateTime? ModifiedAt { get; init; }

    /// <summary>The home's location; null when the MLS does not send it.</summary>
    public GeoPoint? Point => Latitude is { } latitude && Longitude is { } longitude ? new GeoPoint(latitude, longitude) : null;

    /// <summary>The address for people; null when the seller hides it.</summary>
    public string? DisplayAddress => string.IsNullOrWhiteSpace(UnparsedAddress) ? JoinedAddress : UnparsedAddress;

    public Address Address => new(Street, Unit, City, State, PostalCode);

    string? JoinedAddress
    {
        get
        {
            var parts = new[] { $"{Street} {Unit}".Trim(), City, $"{State} {PostalCode}".Trim() }.Where(part => !string.IsNullOrEmpty(part));
            return string.Join(", ", parts) is { Length: > 0 } joined ? joined : null;
        }
    }
}

/// <summary>Reads RESO Property resources.</summary>
static class ListingReader
{
    const decimal LargestPrice = 100_000_000_000m;

    /// <summary>The fields that are read, for <c>$select</c>.</summary>
    public const string Fields =
        "ListingKey,ListingId,StandardStatus,MlsStatus,PropertyType,PropertySubType,CloseDate,ClosePrice,ListPrice,UnparsedAddress,StreetNumber,StreetDirPrefix,"
        + "StreetName,StreetSuffix,StreetDirSuffix,UnitNumber,City,StateOrProvince,PostalCode,ParcelNumber,Latitude,Longitude,BedroomsTotal,"
        + "BathroomsTotalInteger,LivingArea,YearBuilt,ListOfficeName,ListAgentFullName,ModificationTimestamp";

    /// <returns>Null for an item without a key, which could not be distinguished from another.</returns>
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
            PropertySubType = item.Text("PropertySubType"),
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
            // Spark sends the decimal field, which RESO's dictionary does not have, only without $select.
            Bathrooms = item.Number("BathroomsTotalDecimal", 0, 200) ?? item.Number("BathroomsTotalInteger", 0, 200),
            LivingArea = item.Number("LivingArea", 1, 10_000_000),
            YearBuilt = (int?)item.Number("YearBuilt", 1500, 2200),
            ListOfficeName = item.Text("ListOfficeName"),
            ListAgentName = item.Text("ListAgentFullName"),
            ModifiedAt = item.Instant("ModificationTimestamp"),
        };
    }

    /// <summary>Reads the answer for one listing.</summary>
    /// <exception cref="UpstreamException">The answer is an error.</exception>
    public static Listing? Single(UpstreamAnswer answer)
    {
        SparkErrors.ThrowIfFailed(answer);
        return Read(answer.Json());
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
