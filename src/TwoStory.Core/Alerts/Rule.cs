using System.Text.Json.Serialization;

namespace TwoStory.Core.Alerts;

/// <summary>What the organization and the lead asked to be told of, as it stood when the decision was made.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(SaleRule), "nearby_sale")]
[JsonDerivedType(typeof(ValueRule), "value_change")]
public abstract record Rule;

/// <param name="RadiusMiles">How near is near, inclusive.</param>
/// <param name="ClosedFrom">The first close date of the window, inclusive.</param>
/// <param name="ClosedTo">The last close date of the window, inclusive: the day of the run.</param>
/// <param name="AlertsSince">Sales closed before it are history, and recorded silently.</param>
/// <param name="Notify">Whether the lead is to be watched for sales at all.</param>
public sealed record SaleRule(double RadiusMiles, DateOnly ClosedFrom, DateOnly ClosedTo, DateOnly AlertsSince, bool Notify) : Rule;

/// <param name="ThresholdPercent">The least change worth telling, up or down, in percent.</param>
/// <param name="Notify">Whether the lead's home is to be valued at all.</param>
public sealed record ValueRule(decimal ThresholdPercent, bool Notify) : Rule;
