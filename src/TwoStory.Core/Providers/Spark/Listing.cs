namespace TwoStory.Core.Providers.Spark;

/// <summary>A listing as the MLS tells it. Everything but the key may be missing; what was absurd is null.</summary>
public sealed record Listing
{
    /// <summary>The MLS's own key, stable for this listing; a home listed again gets another.</summary>
    public required string Key { get; init; }

    /// <summary>The number that agents use.</summary>
    public string? Id { get; init; }

    /// <summary>RESO's closed list, such as <c>Closed</c>.</summary>
    public string? StandardStatus { get; init; }

    public string? MlsStatus { get; init; }

    public string? PropertyType { get; init; }

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

    /// <summary>Where the home is; null when the MLS does not say.</summary>
    public GeoPoint? Point => Latitude is { } latitude && Longitude is { } longitude ? new GeoPoint(latitude, longitude) : null;

    /// <summary>The address for people; null when the seller hides it.</summary>
    public string? DisplayAddress => string.IsNullOrWhiteSpace(UnparsedAddress)
        ? string.Join(", ", new[] { $"{Street} {Unit}".Trim(), City, $"{State} {PostalCode}".Trim() }.Where(part => !string.IsNullOrEmpty(part))) is { Length: > 0 } joined ? joined : null
        : UnparsedAddress;

    public Address Address => new(Street, Unit, City, State, PostalCode);
}
