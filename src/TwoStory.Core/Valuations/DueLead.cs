using TwoStory.Core.Providers;
using TwoStory.Core.Providers.RentCast;

namespace TwoStory.Core.Valuations;

/// <summary>A lead whose home is to be valued, as the lead is now.</summary>
sealed record DueLead(
    Guid Id, string? HomeKey, string? Street, string? Unit, string? City, string? State, string? PostalCode, double? Latitude, double? Longitude,
    LocationPrecision LocationPrecision, string? PropertyType, decimal? Bedrooms, decimal? Bathrooms, int? SquareFeet)
{
    /// <summary>Whether the AVM can be asked: with a full address, or with the point of the house.</summary>
    public bool CanBeValued => HasAddress || HasPoint;

    /// <summary>Leads with the same answer live in the same home and share one call.</summary>
    public string Home => HomeKey ?? $"{Latitude:R},{Longitude:R}";

    public HomeToValue ToValue() => new(
        new Address(Street, Unit, City, State, PostalCode), HasPoint ? Latitude : null, HasPoint ? Longitude : null, PropertyType, Bedrooms, Bathrooms, SquareFeet);

    bool HasAddress => !string.IsNullOrWhiteSpace(Street) && !string.IsNullOrWhiteSpace(City) && !string.IsNullOrWhiteSpace(State);

    bool HasPoint => LocationPrecision is LocationPrecision.Rooftop or LocationPrecision.Manual
        && Latitude is { } latitude && Longitude is { } longitude && new GeoPoint(latitude, longitude).IsGeocoded;
}
