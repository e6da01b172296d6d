using TwoStory.Core.Alerts;
using TwoStory.Core.Data;
using TwoStory.Core.Email;
using TwoStory.Core.Jobs;

namespace TwoStory.Core.Valuations;

/// <summary>Decides which changes in value an agent is told of, and writes the notifications and the one mail of the run.</summary>
sealed class PropertyValuesNotifier(OutboxStore outbox)
{
    public async Task<BatchReport> NotifyAsync(JobRun run, Guid agentId, Transaction transaction)
    {
        if (await AgentDigest.FindAsync(transaction, run, agentId) is not { } agent) return new BatchReport();
        var alerts = 0;
        var shown = new List<ValueLine>();
        var from = Guid.Empty;
        while (await ValuationStore.PendingAsync(transaction, run.OrganizationId, agentId, from, AgentDigest.RowsPerRead) is { Count: > 0 } values)
        {
            from = values[^1].LeadId;
            var told = await ValueDecisions.DecideAsync(transaction, run.OrganizationId, run.Id, agentId, values, agent.ThresholdPercent);
            alerts += told.Count;
            shown.AddRange(told.Select(pair => Line(pair.Value, pair.Evidence.Decision)).Take(AgentDigest.AlertsPerMail - shown.Count));
        }
        return await agent.MailAsync(outbox, transaction, run, alerts, () => ValueChangesEmail.Render(agent.Name, shown, alerts, outbox.FrontendUrl));
    }

    static ValueLine Line(PendingValue value, Decision decision) => new(
        value.LeadId, value.LeadName, value.LeadAddress, decision.Against!.Value, decision.Against.AsOf, value.Value, value.RangeLow, value.RangeHigh,
        decision.ChangePercent!.Value);
}
