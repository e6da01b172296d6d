using TwoStory.Core.Alerts;
using TwoStory.Core.Data;
using TwoStory.Core.Email;

namespace TwoStory.Core.Valuations;

/// <summary>Decides about new valuations and writes what follows, for runs and for whoever asks outside of one.</summary>
static class ValueDecisions
{
    /// <param name="transaction">Holds the valuations.</param>
    /// <param name="organizationId">Whose.</param>
    /// <param name="runId">Null outside of a run.</param>
    /// <param name="agentId">The owner of the leads, who is told.</param>
    /// <param name="values">Those to decide about.</param>
    /// <param name="thresholdPercent">The least change worth telling.</param>
    /// <returns>Those that the agent is told of now for the first time.</returns>
    public static async Task<IReadOnlyList<(PendingValue Value, Evidence Evidence)>> DecideAsync(
        Transaction transaction, Guid organizationId, Guid? runId, Guid agentId, IReadOnlyList<PendingValue> values, decimal thresholdPercent)
    {
        var decided = values.Select(value => (Value: value, Evidence: value.Evidence(thresholdPercent))).ToList();
        var told = decided.Where(pair => pair.Evidence.Decision.Alert).ToList();
        var written = await NotificationWriter.AddAsync(
            transaction, organizationId, runId, agentId, [.. told.Select(pair => Notification(pair.Value, pair.Evidence))]);
        await ValuationStore.DecideAsync(
            transaction, organizationId, [.. decided.Select(pair => (pair.Value, pair.Evidence.Decision.Reason, pair.Evidence.Decision.Alert))]);
        return [.. told.Where(pair => written.Contains(pair.Value.Cause))];
    }

    static NewNotification Notification(PendingValue value, Evidence evidence)
    {
        var (change, against) = (evidence.Decision.ChangePercent!.Value, evidence.Decision.Against!);
        return new NewNotification(
            value.LeadId, NotificationKinds.ValueChange, value.Cause, null, null,
            $"{value.LeadName}'s home: {EmailFormat.Percent(change)}",
            $"From {EmailFormat.Money(against.Value)} on {EmailFormat.Date(against.AsOf)} to {EmailFormat.Money(value.Value)} on {EmailFormat.Date(value.AsOf)}.", evidence);
    }
}
