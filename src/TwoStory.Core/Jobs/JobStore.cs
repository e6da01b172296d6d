using System.Globalization;
using TwoStory.Core.Accounts;
using TwoStory.Core.Data;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Jobs;

/// <summary>Starts, finds and finishes runs.</summary>
public sealed class JobStore(Database database)
{
    // The errors of runs that stopped at a limit of the organization itself, which is not a failure.
    internal static readonly string[] StopCodes = [UsageQuotas.CapReachedCode, LimitReachedException.StableCode];

    const string Columns = "id, organization_id, kind, instance_id, occurrence, state, wait_until, created_at, started_at, finished_at";

    /// <summary>Starts a run, unless one of this kind is live or the occurrence already has a run.</summary>
    /// <returns>The new run, or the existing one.</returns>
    public async Task<JobRun> StartAsync(string kind, Guid organizationId, DateOnly? occurrence, CancellationToken cancel)
    {
        var id = Guid.CreateVersion7();
        var instanceId = occurrence is { } date ? $"{kind}-{date:yyyy-MM-dd}-{organizationId:N}" : $"{kind}-{id:N}";
        var run = await database.Tenant(organizationId).QueryFirstAsync<JobRun>(
            $"""
            with started as (
                insert into job_runs (id, organization_id, kind, instance_id, occurrence)
                values (@id, @organizationId, @kind, @instanceId, @occurrence)
                on conflict do nothing
                returning {Columns}
            )
            select * from started
            union all
            select {Columns} from job_runs
            where organization_id = @organizationId and kind = @kind
              and (state in ('pending', 'running', 'waiting') or occurrence = @occurrence)
            limit 1
            """,
            new { id, kind, instanceId, occurrence }, cancel);
        // No row is returned only when the existing run finished between the two halves of the statement.
        return run ?? await StartAsync(kind, organizationId, occurrence, cancel);
    }

    public async Task<JobRun?> FindAsync(OrganizationRun run, CancellationToken cancel) =>
        await database.Tenant(run.OrganizationId).QueryFirstAsync<JobRun>(
            $"select {Columns} from job_runs where organization_id = @organizationId and id = @RunId", new { run.RunId }, cancel);

    /// <summary>Lists the unfinished runs of all organizations, oldest first. An engine resumes them when it starts.</summary>
    public Task<IReadOnlyList<JobRun>> LiveAsync(CancellationToken cancel) => database.QueryAsync<JobRun>(
        $"select {Columns} from job_runs where state in ('pending', 'running', 'waiting') order by created_at", null, cancel);

    /// <summary>Returns the settings of the plan, frozen when the run was planned.</summary>
    public async Task<string> SettingsAsync(OrganizationRun run, CancellationToken cancel) =>
        await database.Tenant(run.OrganizationId).QueryFirstAsync<string>(
            "select plan::text from job_runs where organization_id = @organizationId and id = @RunId", new { run.RunId }, cancel)
        ?? throw new InvalidOperationException($"Run {run.RunId} is not planned.");

    /// <summary>Returns the start of the last completed run of this kind; null when there is none.</summary>
    public Task<DateTime?> LastGoodStartAsync(string kind, Guid organizationId, CancellationToken cancel) =>
        database.Tenant(organizationId).QueryFirstAsync<DateTime?>(
            "select max(started_at) from job_runs where organization_id = @organizationId and kind = @kind and state = 'completed'", new { kind }, cancel);

    /// <summary>Marks a run as waiting or as running.</summary>
    /// <param name="run">The run.</param>
    /// <param name="until">UTC; null: the run continues.</param>
    /// <param name="cancel">Cancels the statement.</param>
    public Task WaitAsync(OrganizationRun run, DateTime? until, CancellationToken cancel) => database.Tenant(run.OrganizationId).ExecuteAsync(
        """
        update job_runs set state = case when @until::timestamptz is null then 'running' else 'waiting' end, wait_until = @until
        where organization_id = @organizationId and id = @RunId and state in ('pending', 'running', 'waiting')
          and wait_until is distinct from @until::timestamptz
        """,
        new { run.RunId, until }, cancel);

    /// <summary>Transfers a live run to another instance of the engine, unless it was transferred in the meantime.</summary>
    /// <param name="run">The run.</param>
    /// <param name="from">The instance that owns the run and no longer executes it.</param>
    /// <param name="to">The instance that takes over.</param>
    /// <param name="cancel">Cancels the statement.</param>
    public async Task<bool> HandOverAsync(OrganizationRun run, string from, string to, CancellationToken cancel) =>
        await database.Tenant(run.OrganizationId).ExecuteAsync(
            """
            update job_runs set instance_id = @to
            where organization_id = @organizationId and id = @RunId and instance_id = @from and finished_at is null
            """,
            new { run.RunId, from, to }, cancel) > 0;

    /// <summary>
    /// Finishes a run. It is completed without failures, failed when no fetch batch succeeded, else partial. A run that stopped at a
    /// limit of the organization is partial. A run to which another engine has just added batches stays live.
    /// </summary>
    public async Task FinishAsync(OrganizationRun run, CancellationToken cancel)
    {
        var ended = await database.Tenant(run.OrganizationId).TransactAsync(
            async transaction =>
            {
                // A separate statement, so that the next one sees the batches that the previous owner of the lock added.
                await transaction.ExecuteAsync(
                    "select from job_runs where organization_id = @OrganizationId and id = @RunId for update", new { run.OrganizationId, run.RunId });
                return await EndAsync(transaction, run);
            }, cancel);
        if (ended is not null) JobTelemetry.Ended(ended);
    }

    static Task<JobTelemetry.EndedRun?> EndAsync(Transaction transaction, OrganizationRun run) => transaction.QueryFirstAsync<JobTelemetry.EndedRun>(
        """
        with ends as (
            select count(*) filter (where state = 'done' and phase = @Fetch) as done, count(*) filter (where state = 'failed' or failures > 0) as failed,
                count(*) filter (where state = 'pending') as pending
            from job_batches where organization_id = @OrganizationId and run_id = @RunId
        )
        update job_runs set finished_at = now(), wait_until = null, started_at = coalesce(started_at, now()),
            state = case when failed = 0 and error_code is null then 'completed'
                when done = 0 and (error_code = any (@StopCodes)) is not true then 'failed' else 'partial' end
        from ends
        where organization_id = @OrganizationId and id = @RunId and finished_at is null and pending = 0
        returning kind, job_runs.state, extract(epoch from finished_at - started_at)::double precision as seconds
        """,
        new { run.OrganizationId, run.RunId, Fetch = (int)JobPhase.Fetch, StopCodes });

    /// <summary>
    /// Stops a live run permanently: partial if a fetch batch succeeded, else failed. Results without a notification belong to the
    /// next run.
    /// </summary>
    /// <returns>False when the run has finished or does not exist.</returns>
    public async Task<bool> CancelAsync(Guid organizationId, Guid runId, string reason, CancellationToken cancel)
    {
        var ended = await database.Tenant(organizationId).QueryFirstAsync<JobTelemetry.EndedRun>(
            """
            update job_runs set finished_at = now(), wait_until = null, started_at = coalesce(started_at, now()),
                error_code = 'canceled', error_message = @reason,
                state = case when exists (
                    select from job_batches where organization_id = @organizationId and run_id = @runId and state = 'done' and phase = @Fetch)
                    then 'partial' else 'failed' end
            where organization_id = @organizationId and id = @runId and finished_at is null
            returning kind, state, extract(epoch from finished_at - started_at)::double precision as seconds
            """,
            new { runId, reason, Fetch = (int)JobPhase.Fetch }, cancel);
        if (ended is not null) JobTelemetry.Ended(ended, isCanceled: true);
        return ended is not null;
    }

    /// <summary>
    /// Stores the number of leads left out: refused when the run stopped early, else postponed. Appends it to the error of a run that
    /// stopped at a limit of the organization.
    /// </summary>
    internal static Task AddLeftOutAsync(Transaction transaction, OrganizationRun run, int leads) => transaction.ExecuteAsync(
        """
        update job_runs set error_message = error_message || case when error_code = any (@StopCodes) then @leftOut else '' end,
            refused = case when error_code is null then 0 else @leads end, postponed = case when error_code is null then @leads else 0 end
        where organization_id = @OrganizationId and id = @RunId
        """,
        new { run.OrganizationId, run.RunId, StopCodes, leads, leftOut = string.Create(CultureInfo.InvariantCulture, $" Leads left out: {leads:#,##0}.") });

    /// <summary>Skips the remaining fetch batches of a run and stores the reason; the first reason stays. Earlier results still become notifications.</summary>
    public Task RefuseAsync(OrganizationRun run, string code, string message, CancellationToken cancel) =>
        database.Tenant(run.OrganizationId).ExecuteAsync(
            """
            with skipped as (
                update job_batches set state = 'failed'
                where organization_id = @organizationId and run_id = @RunId and state = 'pending' and phase = @Fetch
            )
            update job_runs
            set error_code = coalesce(error_code, @code), error_message = case when error_code is null then @message else error_message end,
                phase = greatest(phase, @Fetch), started_at = coalesce(started_at, now())
            where organization_id = @organizationId and id = @RunId and finished_at is null
            """,
            new { run.RunId, code, message, Fetch = (int)JobPhase.Fetch }, cancel);
}
