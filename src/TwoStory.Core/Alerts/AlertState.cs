using System.Text.Json.Serialization;

namespace TwoStory.Core.Alerts;

/// <summary>What had been seen and told before.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(SaleState), "nearby_sale")]
[JsonDerivedType(typeof(ValueState), "value_change")]
public abstract record AlertState;

/// <param name="AlreadyTold">Whether this sale was told for this lead before.</param>
public sealed record SaleState(bool AlreadyTold) : AlertState;

/// <param name="Previous">The valuation before this one; null for the first.</param>
/// <param name="LastTold">What the agent was last told, or the first valuation when nothing was told yet.</param>
public sealed record ValueState(Baseline? Previous, Baseline? LastTold) : AlertState;

/// <param name="Value">USD.</param>
public sealed record Baseline(decimal Value, DateOnly AsOf);
