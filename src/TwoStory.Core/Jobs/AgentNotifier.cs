using TwoStory.Core.Data;
using TwoStory.Core.Email;

namespace TwoStory.Core.Jobs;

/// <summary>The recipient of a run's notifications, with the settings in force: those of the run's plan, else the organization's.</summary>
/// <param name="RadiusMiles">The radius for leads without their own.</param>
/// <param name="ThresholdPercent">The smallest change of value that becomes a notification.</param>
sealed record AgentDigest(Guid Id, string Email, string Name, bool IsMailed, double RadiusMiles, decimal ThresholdPercent)
{
    /// <returns>Null when the user was removed.</returns>
    public static Task<AgentDigest?> FindAsync(Transaction transaction, JobRun run, Guid agentId) => transaction.QueryFirstAsync<AgentDigest>(
        """
        select u.id, u.email, u.name, coalesce(r.plan ->> 'emailMode', o.email_mode) = 'per_run' as is_mailed,
            coalesce((r.plan ->> 'radiusMiles')::double precision, o.radius_miles) as radius_miles,
            coalesce((r.plan ->> 'thresholdPercent')::numeric, o.value_change_percent) as threshold_percent
        from users u join organizations o on o.id = u.organization_id join job_runs r on r.organization_id = o.id and r.id = @Id
        where u.organization_id = @OrganizationId and u.id = @agentId
        """,
        new { run.OrganizationId, agentId, run.Id });
}

/// <summary>The result of one read of pending rows.</summary>
/// <param name="Alerts">The new alerts; may be empty.</param>
/// <param name="LastLeadId">The last lead of the read, where the next read continues.</param>
/// <param name="NotWatched">The leads without an alert because theirs are off.</param>
sealed record DecidedRows<TAlert>(IReadOnlyList<TAlert> Alerts, Guid LastLeadId, int NotWatched = 0);

/// <summary>The part of notifying that differs between jobs.</summary>
/// <typeparam name="TAlert">One entry of the e-mail.</typeparam>
interface IAlertSource<TAlert>
{
    /// <summary>Decides on the next pending rows of an agent's leads and writes the notifications.</summary>
    /// <returns>Null when nothing is pending.</returns>
    Task<DecidedRows<TAlert>?> DecideNextAsync(Transaction transaction, JobRun run, AgentDigest agent, Guid fromLeadId);

    /// <param name="agent">The recipient.</param>
    /// <param name="alerts">The alerts to list, at least one.</param>
    /// <param name="total">The number of all alerts, listed or not.</param>
    /// <param name="frontendUrl">The base address of links.</param>
    RenderedEmail Render(AgentDigest agent, IReadOnlyList<TAlert> alerts, int total, string frontendUrl);
}

/// <summary>Notifies one agent: decides on everything pending, then writes the one e-mail of the run.</summary>
sealed class AgentNotifier(OutboxStore outbox)
{
    /// <summary>The number of pending rows per read.</summary>
    public const int RowsPerRead = 5_000;

    // Longer e-mails are not read, and providers reject them.
    const int AlertsPerEmail = 500;

    public async Task<BatchReport> NotifyAsync<TAlert>(IAlertSource<TAlert> source, JobRun run, Guid agentId, Transaction transaction)
    {
        if (await AgentDigest.FindAsync(transaction, run, agentId) is not { } agent) return new BatchReport();
        var (total, notWatched) = (0, 0);
        var listed = new List<TAlert>();
        var from = Guid.Empty;
        while (await source.DecideNextAsync(transaction, run, agent, from) is { } decided)
        {
            from = decided.LastLeadId;
            total += decided.Alerts.Count;
            notWatched += decided.NotWatched;
            listed.AddRange(decided.Alerts.Take(AlertsPerEmail - listed.Count));
        }
        if (total == 0 || !agent.IsMailed) return new BatchReport { Alerts = total, NotWatched = notWatched };
        var email = source.Render(agent, listed, total, outbox.FrontendUrl);
        var isNew = await outbox.EnqueueAsync(transaction, run.OrganizationId, agent.Email, email, $"{run.Kind}:{run.Id}:{agent.Id}");
        return new BatchReport { Alerts = total, Emails = isNew ? 1 : 0, NotWatched = notWatched };
    }
}
