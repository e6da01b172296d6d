using System.Text.Json.Serialization;

namespace TwoStory.Core.Leads;

/// <summary>A home that was sold near a lead, with the attribution that the MLS asks for.</summary>
/// <param name="ListingId">The MLS number.</param>
/// <param name="ClosePrice">USD; null where the MLS hides it.</param>
/// <param name="DistanceMiles">As the crow flies.</param>
/// <param name="FoundAt">UTC.</param>
public sealed record NearbySale(
    [property: JsonIgnore] Guid Id, Guid LeadId, string ListingKey, string? ListingId, string? Address, double Latitude, double Longitude,
    DateOnly CloseDate, decimal? ClosePrice, double DistanceMiles, decimal? Bedrooms, decimal? Bathrooms, decimal? SquareFeet,
    string? ListOfficeName, DateTime FoundAt);
