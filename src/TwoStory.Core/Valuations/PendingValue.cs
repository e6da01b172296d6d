using TwoStory.Core.Alerts;

namespace TwoStory.Core.Valuations;

/// <summary>A new valuation beside the one before it and what was last told, ready to be decided about.</summary>
sealed record PendingValue(
    Guid Id, Guid LeadId, DateOnly AsOf, decimal Value, decimal? RangeLow, decimal? RangeHigh, decimal? PreviousValue, DateOnly? PreviousAsOf,
    decimal? ToldValue, DateOnly? ToldAsOf, Guid LeadOwnerId, string LeadName, string? LeadStreet, string? LeadCity, bool NotifyValueChanges)
{
    public string Cause => $"value_change:{LeadId}:{AsOf:yyyy-MM-dd}";

    public string LeadAddress => string.Join(", ", new[] { LeadStreet, LeadCity }.Where(part => !string.IsNullOrWhiteSpace(part)));

    public Evidence Evidence(decimal thresholdPercent) => Alerts.Evidence.From(
        new ValueObservation(Value, AsOf), new ValueRule(thresholdPercent, NotifyValueChanges),
        new ValueState(BaselineOf(PreviousValue, PreviousAsOf), BaselineOf(ToldValue, ToldAsOf)));

    static Baseline? BaselineOf(decimal? value, DateOnly? asOf) => value is { } known && asOf is { } date ? new Baseline(known, date) : null;
}
