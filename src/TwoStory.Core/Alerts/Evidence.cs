using System.Text.Json;
using System.Text.Json.Serialization;

namespace TwoStory.Core.Alerts;

/// <summary>A provider's statement about a sale near a lead's home, or about the home's value.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(SaleObservation), "nearby_sale")]
[JsonDerivedType(typeof(ValueObservation), "value_change")]
abstract record Observation;

/// <summary>A closed sale and its distance from the lead's home.</summary>
/// <param name="DistanceMiles">Great-circle miles; null when the home or the sale has no usable point.</param>
/// <param name="ClosePrice">USD; null where the MLS does not disclose it.</param>
sealed record SaleObservation(string ListingKey, DateOnly CloseDate, decimal? ClosePrice, double? DistanceMiles) : Observation;

/// <summary>An estimate of the value of the lead's home.</summary>
/// <param name="Value">USD.</param>
/// <param name="RangeLow">USD; null when the AVM gives no range.</param>
/// <param name="RangeHigh">USD; null when the AVM gives no range.</param>
/// <param name="Home">The home as the AVM was sent it; null in evidence of version 1.</param>
sealed record ValueObservation(
    decimal Value, DateOnly AsOf, decimal? RangeLow = null, decimal? RangeHigh = null, ValuedHome? Home = null) : Observation;

/// <summary>A home and its attributes as they were sent to the AVM. Values of different attributes are not comparable.</summary>
/// <param name="Home">The normalized address, or the point.</param>
/// <param name="PropertyType">As the lead has it; null, like the others, when the AVM looked it up.</param>
/// <param name="SquareFeet">Of living area.</param>
sealed record ValuedHome(string? Home, string? PropertyType, decimal? Bedrooms, decimal? Bathrooms, decimal? SquareFeet);

/// <summary>The settings of the organization and the lead at the time of the decision.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(SaleRule), "nearby_sale")]
[JsonDerivedType(typeof(ValueRule), "value_change")]
abstract record Rule;

/// <param name="RadiusMiles">The largest distance that counts as near, inclusive.</param>
/// <param name="ClosedFrom">The first close date of the window, inclusive.</param>
/// <param name="ClosedTo">The last close date of the window, inclusive: the day of the run.</param>
/// <param name="AlertsSince">Sales that closed earlier are recorded without a notification.</param>
/// <param name="Notify">Whether the lead is monitored for sales.</param>
sealed record SaleRule(double RadiusMiles, DateOnly ClosedFrom, DateOnly ClosedTo, DateOnly AlertsSince, bool Notify) : Rule;

/// <param name="ThresholdPercent">The smallest change that becomes a notification, up or down, in percent.</param>
/// <param name="Notify">Whether the value of the lead's home is monitored.</param>
sealed record ValueRule(decimal ThresholdPercent, bool Notify) : Rule;

/// <summary>What was known and notified before the observation.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(SaleState), "nearby_sale")]
[JsonDerivedType(typeof(ValueState), "value_change")]
abstract record AlertState;

/// <param name="AlreadyNotified">Whether this sale already has a notification for this lead.</param>
sealed record SaleState([property: JsonPropertyName("alreadyTold")] bool AlreadyNotified) : AlertState;

/// <param name="Previous">The previous valuation, in evidence of version 1 only.</param>
/// <param name="LastNotified">The value last reported to the agent; the first valuation while none was; null when this is the first.</param>
/// <param name="HomeChanged">Whether the lead has got another home since the valuation.</param>
sealed record ValueState(
    Baseline? Previous, [property: JsonPropertyName("lastTold")] Baseline? LastNotified, bool HomeChanged = false) : AlertState;

/// <param name="Value">USD.</param>
/// <param name="Home">The home as the AVM was sent it; null when that was not recorded.</param>
sealed record Baseline(decimal Value, DateOnly AsOf, ValuedHome? Home = null);

/// <summary>The inputs of a decision by <see cref="AlertRules"/>, the version of the rules, and the decision.</summary>
sealed record Evidence(int RuleVersion, Observation Observation, Rule Rule, AlertState State, Decision Decision)
{
    // The database stores evidence as jsonb, which does not preserve the order of properties.
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        AllowOutOfOrderMetadataProperties = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static Evidence From(Observation observation, Rule rule, AlertState state) =>
        new(AlertRules.Version, observation, rule, state, AlertRules.Decide(observation, rule, state));

    /// <summary>Evaluates the stored inputs again, by the rules of their version.</summary>
    public Decision Recompute() => AlertRules.Decide(Observation, Rule, State, RuleVersion);

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <exception cref="JsonException">The text is not evidence.</exception>
    public static Evidence FromJson(string json) => JsonSerializer.Deserialize<Evidence>(json, Json) ?? throw new JsonException("Evidence is null.");
}
