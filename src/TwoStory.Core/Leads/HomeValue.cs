using System.Text.Json.Serialization;

namespace TwoStory.Core.Leads;

/// <summary>What an AVM said a home is worth.</summary>
/// <param name="Value">USD.</param>
/// <param name="RangeLow">USD; null where the source gives none.</param>
/// <param name="RangeHigh">USD; null where the source gives none.</param>
/// <param name="Stale">Whether the last attempt to renew it failed.</param>
public sealed record HomeValue(
    [property: JsonIgnore] Guid Id, Guid LeadId, decimal Value, decimal? RangeLow, decimal? RangeHigh, string Source, DateOnly AsOf, bool Stale);
