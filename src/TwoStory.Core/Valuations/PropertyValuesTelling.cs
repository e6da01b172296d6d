using TwoStory.Core.Alerts;
using TwoStory.Core.Data;
using TwoStory.Core.Email;
using TwoStory.Core.Jobs;

namespace TwoStory.Core.Valuations;

/// <summary>Decides which changes in value an agent is told of, and writes the notifications and the one mail of the run.</summary>
sealed class PropertyValuesTelling(OutboxStore outbox)
{
    const int RowsPerRead = 5_000;

    const int ChangesPerMail = 500;

    sealed record Recipient(string Email, string Name, decimal ThresholdPercent, string EmailMode);

    public async Task<BatchReport> TellAsync(JobRun run, Guid agentId, Transaction transaction)
    {
        var recipient = await transaction.QueryFirstAsync<Recipient>(
            """
            select u.email, u.name, coalesce((r.plan ->> 'thresholdPercent')::numeric, o.value_change_percent) as threshold_percent,
                coalesce(r.plan ->> 'emailMode', o.email_mode) as email_mode
            from users u join organizations o on o.id = u.organization_id join job_runs r on r.organization_id = o.id and r.id = @runId
            where u.organization_id = @OrganizationId and u.id = @agentId
            """,
            new { run.OrganizationId, agentId, runId = run.Id });
        if (recipient is null) return new BatchReport();

        var alerts = 0;
        var shown = new List<ValueLine>();
        while (await ValuationStore.UndecidedAsync(transaction, run.OrganizationId, agentId, RowsPerRead) is { Count: > 0 } values)
        {
            var told = await ValueDecisions.DecideAsync(transaction, run.OrganizationId, run.Id, agentId, values, recipient.ThresholdPercent);
            alerts += told.Count;
            shown.AddRange(told.Select(pair => Line(pair.Value, pair.Evidence.Decision)).Take(ChangesPerMail - shown.Count));
        }
        var mailed = alerts > 0 && recipient.EmailMode == "per_run" && await outbox.EnqueueAsync(
            transaction, run.OrganizationId, recipient.Email,
            ValueChangesEmail.Render(recipient.Name, shown, alerts, outbox.FrontendUrl), $"{JobKinds.PropertyValues}:{run.Id}:{agentId}");
        return new BatchReport { Alerts = alerts, Emails = mailed ? 1 : 0 };
    }

    static ValueLine Line(UndecidedValue value, Decision decision) => new(
        value.LeadId, value.LeadName, value.LeadAddress, decision.Against!.Value, decision.Against.AsOf, value.Value, value.RangeLow, value.RangeHigh,
        decision.ChangePercent!.Value);
}
