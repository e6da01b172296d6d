using System.Text.Json;
using TwoStory.Core.Alerts;
using TwoStory.Core.Data;
using TwoStory.Core.Email;
using TwoStory.Core.Jobs;

namespace TwoStory.Core.Valuations;

/// <summary>A valuation without a decision, with the value last reported to the agent.</summary>
/// <param name="Home">The home as it was sent, as JSON; null when that was not recorded.</param>
/// <param name="HomeChanged">Whether the lead has got another home since.</param>
/// <param name="NotifiedHome">The home of the reported value, as JSON.</param>
sealed record PendingValue(
    Guid Id, Guid LeadId, DateOnly AsOf, decimal Value, decimal? RangeLow, decimal? RangeHigh, string? Home, bool HomeChanged,
    decimal? NotifiedValue, DateOnly? NotifiedAsOf, string? NotifiedHome, Guid LeadOwnerId, string LeadName, string? LeadStreet, string? LeadCity,
    bool NotifyValueChanges)
{
    // A second report of one day has the value of the first in its cause.
    public string Cause => NotifiedAsOf == AsOf
        ? FormattableString.Invariant($"value_change:{LeadId}:{AsOf:yyyy-MM-dd}:{NotifiedValue:0.##}-{Value:0.##}")
        : $"value_change:{LeadId}:{AsOf:yyyy-MM-dd}";

    /// <summary>True if later values are compared with this one: it was reported, or there is none to compare with.</summary>
    public bool IsBaseline(Decision decision, bool isReported) =>
        isReported || decision.Reason == "new_baseline" || (NotifiedValue is null && !HomeChanged);

    public string LeadAddress => string.Join(", ", new[] { LeadStreet, LeadCity }.Where(part => !string.IsNullOrWhiteSpace(part)));

    public Evidence Evidence(decimal thresholdPercent) => Alerts.Evidence.From(
        new ValueObservation(Value, AsOf, RangeLow, RangeHigh, Valued(Home)), new ValueRule(thresholdPercent, NotifyValueChanges),
        new ValueState(null, NotifiedValue is { } value && NotifiedAsOf is { } date ? new Baseline(value, date, Valued(NotifiedHome)) : null, HomeChanged));

    static ValuedHome? Valued(string? json) => json is null ? null : JsonSerializer.Deserialize<ValuedHome>(json, JsonSerializerOptions.Web);
}

/// <summary>Decides on valuations and writes their notifications, in runs and in refreshes.</summary>
sealed class ValueAlerts : IAlertSource<ValueLine>
{
    public async Task<DecidedRows<ValueLine>?> DecideNextAsync(Transaction transaction, JobRun run, AgentDigest agent, Guid fromLeadId)
    {
        var values = await PendingValueStore.ListAsync(transaction, run.OrganizationId, agent.Id, fromLeadId, AgentNotifier.RowsPerRead);
        if (values.Count == 0) return null;
        var alerts = await DecideAsync(transaction, run.OrganizationId, run.Id, agent.Id, values, agent.ThresholdPercent);
        return new(alerts, values[^1].LeadId, values.Count(value => !value.NotifyValueChanges));
    }

    public RenderedEmail Render(AgentDigest agent, IReadOnlyList<ValueLine> alerts, int total, string frontendUrl) =>
        ValueChangesEmail.Render(agent.Name, alerts, total, frontendUrl);

    /// <param name="transaction">A transaction that locks the valuations.</param>
    /// <param name="organizationId">The organization of the valuations.</param>
    /// <param name="runId">Null outside of a run.</param>
    /// <param name="agentId">The owner of the leads, who is notified.</param>
    /// <param name="values">The pending valuations.</param>
    /// <param name="thresholdPercent">The smallest change that becomes a notification.</param>
    /// <returns>The changes with a new notification.</returns>
    public static async Task<IReadOnlyList<ValueLine>> DecideAsync(
        Transaction transaction, Guid organizationId, Guid? runId, Guid agentId, IReadOnlyList<PendingValue> values, decimal thresholdPercent)
    {
        var decided = values.Select(value => (Value: value, Evidence: value.Evidence(thresholdPercent))).ToList();
        var alerts = decided.Where(pair => pair.Evidence.Decision.Alert).ToList();
        var written = await NotificationWriter.AddAsync(
            transaction, organizationId, runId, agentId, [.. alerts.Select(pair => Notification(pair.Value, pair.Evidence))]);
        await PendingValueStore.DecideAsync(
            transaction, organizationId,
            [
                .. decided.Select(pair => (pair.Value, pair.Evidence.Decision.Reason,
                    pair.Value.IsBaseline(pair.Evidence.Decision, written.Contains(pair.Value.Cause)))),
            ]);
        return [.. alerts.Where(pair => written.Contains(pair.Value.Cause)).Select(pair => Line(pair.Value, pair.Evidence.Decision))];
    }

    static ValueLine Line(PendingValue value, Decision decision) => new(
        value.LeadId, value.LeadName, value.LeadAddress, decision.Against!.Value, decision.Against.AsOf, value.Value, value.RangeLow, value.RangeHigh,
        decision.ChangePercent!.Value);

    static NewNotification Notification(PendingValue value, Evidence evidence)
    {
        var (change, against) = (DisplayFormat.Percent(evidence.Decision.ChangePercent!.Value), evidence.Decision.Against!);
        var (before, now) = (DisplayFormat.Money(against.Value), DisplayFormat.Money(value.Value));
        return new NewNotification(
            value.LeadId, NotificationKind.ValueChange, value.Cause, null, null, $"{value.LeadName}'s home: {change}",
            $"From {before} on {DisplayFormat.Date(against.AsOf)} to {now} on {DisplayFormat.Date(value.AsOf)}.", evidence);
    }
}
