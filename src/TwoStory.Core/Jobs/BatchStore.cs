using TwoStory.Core.Data;

namespace TwoStory.Core.Jobs;

/// <summary>Creates the batches of a run and finds those to execute next.</summary>
public sealed class BatchStore(Database database, TimeProvider time)
{
    const int ExtraBatches = 64;

    sealed record Due(int Ordinal, DateTime? NotBefore);

    /// <summary>Advances a run to its next phase and adds the batches of that phase; a second call changes nothing.</summary>
    public Task<bool> BeginAsync(
        OrganizationRun run, JobPhase phase, string? settings, IReadOnlyList<string> work, Func<Transaction, Task>? inTransaction, CancellationToken cancel) =>
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
                if (inTransaction is not null) await inTransaction(transaction);
                return true;
            }, cancel);

    /// <summary>
    /// Returns the phase of the run, and the batches to execute now or the time of the first. "Now" is the clock that set the wait:
    /// with the database's clock, an engine whose clock is ahead would poll until the database catches up.
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

    /// <summary>Finds a pending batch; null when it is completed.</summary>
    public Task<JobBatch?> FindPendingAsync(OrganizationRun run, int ordinal, CancellationToken cancel) =>
        database.Tenant(run.OrganizationId).QueryFirstAsync<JobBatch>(
            """
            select run_id, ordinal, phase, work::text as work, attempts from job_batches
            where organization_id = @organizationId and run_id = @RunId and ordinal = @ordinal and state = 'pending'
            """,
            new { run.RunId, ordinal }, cancel);

    /// <summary>
    /// Replaces a batch with smaller ones. Its requests stay counted, and its phase becomes Plan: without results it is neither a
    /// success of the run nor a source for the next plan. The number of batches is limited by the number of leads, so that a
    /// provider that rejects every request as too complex does not cause endless splitting.
    /// </summary>
    /// <returns>False when the run would have too many batches.</returns>
    public Task<bool> SplitAsync(OrganizationRun run, JobBatch batch, IReadOnlyList<string> work, CancellationToken cancel) =>
        database.Tenant(run.OrganizationId).TransactAsync(
            async transaction =>
            {
                var limit = await transaction.QueryFirstAsync<int>(
                    """
                    select coalesce((plan ->> 'leads')::int, 0) + @ExtraBatches from job_runs
                    where organization_id = @OrganizationId and id = @RunId for update
                    """,
                    new { run.OrganizationId, run.RunId, ExtraBatches });
                var closed = await transaction.ExecuteAsync(
                    """
                    update job_batches set state = 'done', phase = @Plan
                    where organization_id = @OrganizationId and run_id = @RunId and ordinal = @Ordinal and state = 'pending'
                      and (select count(*) from job_batches where organization_id = @OrganizationId and run_id = @RunId) < @limit
                    """,
                    new { run.OrganizationId, run.RunId, batch.Ordinal, limit, Plan = (int)JobPhase.Plan });
                if (closed > 0) await AddAsync(transaction, run, batch.Phase, work);
                return closed > 0;
            }, cancel);

    /// <summary>Adds notify batches for agents that have none in this run.</summary>
    /// <returns>False when there are none to add, or when another engine has finished the run.</returns>
    public Task<bool> AddAgentsAsync(OrganizationRun run, IReadOnlyList<string> work, CancellationToken cancel) =>
        database.Tenant(run.OrganizationId).TransactAsync(
            async transaction =>
            {
                // A separate statement, so that the next one sees what the previous owner of the lock added.
                var isLive = await transaction.QueryFirstAsync<bool>(
                    "select finished_at is null from job_runs where organization_id = @OrganizationId and id = @RunId for update",
                    new { run.OrganizationId, run.RunId });
                if (!isLive) return false;
                var fresh = await transaction.QueryAsync<string>(
                    """
                    select w.work from unnest(@work) as w (work)
                    where not exists (
                        select from job_batches b
                        where b.organization_id = @OrganizationId and b.run_id = @RunId and b.phase = @Notify and b.work = w.work::jsonb)
                    """,
                    new { run.OrganizationId, run.RunId, work = work.ToArray(), Notify = (int)JobPhase.Notify });
                if (fresh.Count > 0) await AddAsync(transaction, run, JobPhase.Notify, fresh);
                return fresh.Count > 0;
            }, cancel);

    static Task AddAsync(Transaction transaction, OrganizationRun run, JobPhase phase, IReadOnlyList<string> work) => transaction.ExecuteAsync(
        """
        insert into job_batches (run_id, organization_id, ordinal, phase, work)
        select @RunId, @OrganizationId, coalesce((select max(ordinal) from job_batches where run_id = @RunId), 0) + w.position, @phase, w.work::jsonb
        from unnest(@work) with ordinality as w (work, position)
        """,
        new { run.RunId, run.OrganizationId, phase = (int)phase, work = work.ToArray() });
}
