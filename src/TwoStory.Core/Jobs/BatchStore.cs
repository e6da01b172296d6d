using System.Text.Json;
using TwoStory.Core.Data;

namespace TwoStory.Core.Jobs;

/// <summary>The batches of a run in the database. A batch is ended once, in the transaction that keeps what it did.</summary>
public sealed class BatchStore(Database database, TimeProvider time)
{
    const int FewBatches = 64;

    sealed record Due(int Ordinal, DateTime? NotBefore);

    /// <summary>Moves a run on to its next phase and adds that phase's batches; whoever comes second changes nothing.</summary>
    public Task<bool> BeginAsync(
        OrganizationRun run, JobPhase phase, string? settings, IReadOnlyList<string> work, Func<Transaction, Task>? also, CancellationToken cancel) =>
        database.Tenant(run.OrganizationId).TransactAsync(
            async transaction =>
            {
                var moved = await transaction.ExecuteAsync(
                    """
                    update job_runs set phase = @phase, state = 'running', started_at = coalesce(started_at, now()), plan = coalesce(@settings::jsonb, plan)
                    where organization_id = @OrganizationId and id = @RunId and phase = @phase - 1 and finished_at is null
                    """,
                    new { run.OrganizationId, run.RunId, phase = (int)phase, settings });
                if (moved == 0) return false;
                await AddAsync(transaction, run, phase, work);
                if (also is not null) await also(transaction);
                return true;
            }, cancel);

    /// <summary>
    /// The run's phase, and which of its batches may run now or when the first of them may. "Now" is the clock that set the
    /// wait: by the database's own, an engine whose clock is ahead would ask again and again until that one has caught up.
    /// </summary>
    public async Task<(JobPhase Phase, NextStep Step)> NextAsync(OrganizationRun run, int window, CancellationToken cancel)
    {
        var rows = await database.Tenant(run.OrganizationId).QueryAsync<Due>(
            """
            select phase as ordinal, null::timestamptz as not_before from job_runs where organization_id = @organizationId and id = @RunId
            union all
            (select ordinal, case when not_before > @now then not_before end
             from job_batches where organization_id = @organizationId and run_id = @RunId and state = 'pending'
             order by (not_before > @now) is true, not_before, ordinal limit @window)
            """,
            new { run.RunId, window, now = time.GetUtcNow().UtcDateTime }, cancel);
        var batches = rows.Skip(1).ToList();
        var ready = batches.Where(batch => batch.NotBefore is null).Select(batch => batch.Ordinal).ToList();
        return ((JobPhase)rows[0].Ordinal, new NextStep(ready, ready.Count > 0 ? null : batches.Min(batch => batch.NotBefore)));
    }

    /// <summary>A batch that is still to be done; null when it was done already.</summary>
    public Task<JobBatch?> FindPendingAsync(OrganizationRun run, int ordinal, CancellationToken cancel) =>
        database.Tenant(run.OrganizationId).QueryFirstAsync<JobBatch>(
            """
            select run_id, ordinal, phase, work::text as work, attempts from job_batches
            where organization_id = @organizationId and run_id = @RunId and ordinal = @ordinal and state = 'pending'
            """,
            new { run.RunId, ordinal }, cancel);

    /// <summary>The work of asking that failed or was given up.</summary>
    public Task<IReadOnlyList<string>> GivenUpAsync(JobRun run, CancellationToken cancel) => database.Tenant(run.OrganizationId).QueryAsync<string>(
        "select work::text from job_batches where organization_id = @organizationId and run_id = @Id and phase = @Ask and state = 'failed'",
        new { run.Id, Ask = (int)JobPhase.Ask }, cancel);

    /// <summary>Counts one request that was made to the provider.</summary>
    public Task CountRequestAsync(JobRun run, JobBatch batch, CancellationToken cancel) => database.Tenant(run.OrganizationId).ExecuteAsync(
        "update job_batches set requests = requests + 1 where organization_id = @organizationId and run_id = @RunId and ordinal = @Ordinal",
        new { batch.RunId, batch.Ordinal }, cancel);

    /// <summary>Takes a batch for the rest of the transaction; false when it is done already.</summary>
    public static async Task<bool> TakeAsync(Transaction transaction, JobRun run, JobBatch batch) =>
        await transaction.QueryFirstAsync<int?>(
            """
            select ordinal from job_batches
            where organization_id = @OrganizationId and run_id = @RunId and ordinal = @Ordinal and state = 'pending' for update
            """,
            new { run.OrganizationId, batch.RunId, batch.Ordinal }) is not null;

    /// <summary>Ends a batch, well unless its report says that nothing succeeded. False when somebody else ended it first: then this transaction must not add anything twice.</summary>
    /// <remarks>One that was given up while it was under way, which has no failures, did its work all the same.</remarks>
    public static async Task<bool> CompleteAsync(Transaction transaction, JobRun run, JobBatch batch, BatchReport report) =>
        await transaction.ExecuteAsync(
            """
            update job_batches set state = case when @Failed then 'failed' else 'done' end, matches = @Matches, alerts = @Alerts, emails = @Emails, failures = @Failures,
                listing_keys = @listingKeys, matched_keys = @matchedKeys, sale_points = @salePoints, errors = @errors::jsonb
            where organization_id = @OrganizationId and run_id = @RunId and ordinal = @Ordinal and (state = 'pending' or (state = 'failed' and failures = 0))
            """,
            new
            {
                run.OrganizationId,
                batch.RunId,
                batch.Ordinal,
                report.Matches,
                report.Alerts,
                report.Emails,
                report.Failures,
                report.Failed,
                listingKeys = report.ListingKeys.ToArray(),
                matchedKeys = report.MatchedKeys.ToArray(),
                salePoints = report.SalePoints.ToArray(),
                errors = JsonSerializer.Serialize(report.Errors, JsonSerializerOptions.Web),
            }) > 0;

    /// <summary>Puts a batch off. A failure in passing counts as an attempt; a wait for a provider's allowance does not.</summary>
    public Task PostponeAsync(OrganizationRun run, int ordinal, DateTime until, bool attempt, CancellationToken cancel) =>
        database.Tenant(run.OrganizationId).ExecuteAsync(
            """
            update job_batches set not_before = @until, attempts = attempts + @attempts
            where organization_id = @organizationId and run_id = @RunId and ordinal = @ordinal and state = 'pending'
            """,
            new { run.RunId, ordinal, until, attempts = attempt ? 1 : 0 }, cancel);

    /// <summary>Gives a batch up.</summary>
    public Task FailAsync(OrganizationRun run, int ordinal, JobError error, CancellationToken cancel) =>
        database.Tenant(run.OrganizationId).ExecuteAsync(
            """
            update job_batches set state = 'failed', failures = 1, errors = @errors::jsonb
            where organization_id = @organizationId and run_id = @RunId and ordinal = @ordinal and state = 'pending'
            """,
            new { run.RunId, ordinal, errors = JsonSerializer.Serialize<JobError[]>([error], JsonSerializerOptions.Web) }, cancel);

    /// <summary>
    /// Replaces a batch by smaller ones. Its requests stay counted, but it counts as planning: it was answered nothing, so it is
    /// neither a success of the run nor something to learn from. A provider that finds everything too much must not be asked
    /// for ever smaller parts, so a run never has many more batches than leads: more often than once per lead never helps.
    /// </summary>
    /// <returns>False when there would be too many.</returns>
    public Task<bool> SplitAsync(OrganizationRun run, JobBatch batch, IReadOnlyList<string> work, CancellationToken cancel) =>
        database.Tenant(run.OrganizationId).TransactAsync(
            async transaction =>
            {
                var most = await transaction.QueryFirstAsync<int>(
                    """
                    select coalesce((plan ->> 'leads')::int, 0) + @FewBatches from job_runs
                    where organization_id = @OrganizationId and id = @RunId for update
                    """,
                    new { run.OrganizationId, run.RunId, FewBatches });
                var closed = await transaction.ExecuteAsync(
                    """
                    update job_batches set state = 'done', phase = @Plan
                    where organization_id = @OrganizationId and run_id = @RunId and ordinal = @Ordinal and state = 'pending'
                      and (select count(*) from job_batches where organization_id = @OrganizationId and run_id = @RunId) < @most
                    """,
                    new { run.OrganizationId, run.RunId, batch.Ordinal, most, Plan = (int)JobPhase.Plan });
                if (closed > 0) await AddAsync(transaction, run, batch.Phase, work);
                return closed > 0;
            }, cancel);

    /// <summary>Adds the work of telling that this run has not had.</summary>
    /// <returns>False when there was none, or another engine has ended the run.</returns>
    public Task<bool> TellAlsoAsync(OrganizationRun run, IReadOnlyList<string> work, CancellationToken cancel) =>
        database.Tenant(run.OrganizationId).TransactAsync(
            async transaction =>
            {
                // A statement of its own: the next one then sees what whoever held the lock has added.
                var isLive = await transaction.QueryFirstAsync<bool>(
                    "select finished_at is null from job_runs where organization_id = @OrganizationId and id = @RunId for update", new { run.OrganizationId, run.RunId });
                if (!isLive) return false;
                var fresh = await transaction.QueryAsync<string>(
                    """
                    select w.work from unnest(@work) as w (work)
                    where not exists (
                        select from job_batches b
                        where b.organization_id = @OrganizationId and b.run_id = @RunId and b.phase = @Tell and b.work = w.work::jsonb)
                    """,
                    new { run.OrganizationId, run.RunId, work = work.ToArray(), Tell = (int)JobPhase.Tell });
                if (fresh.Count > 0) await AddAsync(transaction, run, JobPhase.Tell, fresh);
                return fresh.Count > 0;
            }, cancel);

    static Task AddAsync(Transaction transaction, OrganizationRun run, JobPhase phase, IReadOnlyList<string> work) => transaction.ExecuteAsync(
        """
        insert into job_batches (run_id, organization_id, ordinal, phase, work)
        select @RunId, @OrganizationId, coalesce((select max(ordinal) from job_batches where run_id = @RunId), 0) + w.place, @phase, w.work::jsonb
        from unnest(@work) with ordinality as w (work, place)
        """,
        new { run.RunId, run.OrganizationId, phase = (int)phase, work = work.ToArray() });
}
