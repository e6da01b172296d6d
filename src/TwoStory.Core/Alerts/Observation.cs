using System.Text.Json.Serialization;

namespace TwoStory.Core.Alerts;

/// <summary>Something a provider said about the surroundings or the worth of a lead's home.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(SaleObservation), "nearby_sale")]
[JsonDerivedType(typeof(ValueObservation), "value_change")]
public abstract record Observation;

/// <summary>A closed sale and how far it lies from the lead's home.</summary>
/// <param name="DistanceMiles">Great-circle miles; null when one of the two has no point to measure from.</param>
/// <param name="ClosePrice">USD; null where the MLS does not disclose it.</param>
public sealed record SaleObservation(string ListingKey, DateOnly CloseDate, decimal? ClosePrice, double? DistanceMiles) : Observation;

/// <summary>An estimate of what the lead's home is worth.</summary>
/// <param name="Value">USD.</param>
public sealed record ValueObservation(decimal Value, DateOnly AsOf) : Observation;
