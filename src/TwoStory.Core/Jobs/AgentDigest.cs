using TwoStory.Core.Data;
using TwoStory.Core.Email;

namespace TwoStory.Core.Jobs;

/// <summary>An agent whose leads a run has news of, and the settings that hold: those of the run's plan, else the organization's.</summary>
/// <param name="RadiusMiles">For leads that have none of their own.</param>
/// <param name="ThresholdPercent">The least change of value worth telling.</param>
sealed record AgentDigest(Guid Id, string Email, string Name, bool IsMailed, double RadiusMiles, decimal ThresholdPercent)
{
    /// <summary>How many undecided rows are read at a time.</summary>
    public const int RowsPerRead = 5_000;

    /// <summary>How many alerts a mail lists; beyond it a mail is no longer read, and providers refuse it.</summary>
    public const int AlertsPerMail = 500;

    /// <returns>Null when they were removed.</returns>
    public static Task<AgentDigest?> FindAsync(Transaction transaction, JobRun run, Guid agentId) => transaction.QueryFirstAsync<AgentDigest>(
        """
        select u.id, u.email, u.name, coalesce(r.plan ->> 'emailMode', o.email_mode) = 'per_run' as is_mailed,
            coalesce((r.plan ->> 'radiusMiles')::double precision, o.radius_miles) as radius_miles,
            coalesce((r.plan ->> 'thresholdPercent')::numeric, o.value_change_percent) as threshold_percent
        from users u join organizations o on o.id = u.organization_id join job_runs r on r.organization_id = o.id and r.id = @Id
        where u.organization_id = @OrganizationId and u.id = @agentId
        """,
        new { run.OrganizationId, agentId, run.Id });

    /// <summary>Writes the one mail of the run, when there is something to tell and the organization wants mail.</summary>
    public async Task<BatchReport> MailAsync(OutboxStore outbox, Transaction transaction, JobRun run, int alerts, Func<RenderedEmail> render)
    {
        var mailed = alerts > 0 && IsMailed && await outbox.EnqueueAsync(transaction, run.OrganizationId, Email, render(), $"{run.Kind}:{run.Id}:{Id}");
        return new BatchReport { Alerts = alerts, Emails = mailed ? 1 : 0 };
    }
}
