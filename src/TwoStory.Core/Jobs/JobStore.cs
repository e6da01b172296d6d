using System.Globalization;
using TwoStory.Core.Accounts;
using TwoStory.Core.Data;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Jobs;

/// <summary>Runs in the database: starting, finding and ending them.</summary>
public sealed class JobStore(Database database)
{
    // Of runs that went well until the organization had used what it may.
    static readonly string[] StopCodes = [UsageQuotas.CapReachedCode, LimitReachedException.StableCode];

    const string Columns = "id, organization_id, kind, instance_id, occurrence, state, wait_until, created_at, started_at, finished_at";

    /// <summary>Starts a run, unless one of this kind is live or this occurrence had its run.</summary>
    /// <returns>The new run, or the one in its way.</returns>
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
        // Nothing comes back only when the run in the way ended between the two halves of the statement.
        return run ?? await StartAsync(kind, organizationId, occurrence, cancel);
    }

    public async Task<JobRun?> FindAsync(OrganizationRun run, CancellationToken cancel) =>
        await database.Tenant(run.OrganizationId).QueryFirstAsync<JobRun>(
            $"select {Columns} from job_runs where organization_id = @organizationId and id = @RunId", new { run.RunId }, cancel);

    /// <summary>Runs that are not finished, of every organization, oldest first: what an engine takes up when it starts.</summary>
    public Task<IReadOnlyList<JobRun>> LiveAsync(CancellationToken cancel) => database.QueryAsync<JobRun>(
        $"select {Columns} from job_runs where state in ('pending', 'running', 'waiting') order by created_at", null, cancel);

    /// <summary>The settings that were frozen when the run was planned.</summary>
    public async Task<string> SettingsAsync(OrganizationRun run, CancellationToken cancel) =>
        await database.Tenant(run.OrganizationId).QueryFirstAsync<string>(
            "select plan::text from job_runs where organization_id = @organizationId and id = @RunId", new { run.RunId }, cancel)
        ?? throw new InvalidOperationException($"Run {run.RunId} is not planned.");

    /// <summary>When the last run of this kind started that ended without a failure; null when there was none.</summary>
    public Task<DateTime?> LastGoodStartAsync(string kind, Guid organizationId, CancellationToken cancel) =>
        database.Tenant(organizationId).QueryFirstAsync<DateTime?>(
            "select max(started_at) from job_runs where organization_id = @organizationId and kind = @kind and state = 'completed'", new { kind }, cancel);

    /// <summary>Marks a run as waiting, or as running again.</summary>
    /// <param name="run">The run.</param>
    /// <param name="until">UTC; null: it goes on.</param>
    /// <param name="cancel">Stops waiting for the database.</param>
    public Task WaitAsync(OrganizationRun run, DateTime? until, CancellationToken cancel) => database.Tenant(run.OrganizationId).ExecuteAsync(
        """
        update job_runs set state = case when @until::timestamptz is null then 'running' else 'waiting' end, wait_until = @until
        where organization_id = @organizationId and id = @RunId and state in ('pending', 'running', 'waiting')
          and wait_until is distinct from @until::timestamptz
        """,
        new { run.RunId, until }, cancel);

    /// <summary>Hands a live run from one of the engine's instances to another, unless it has been handed on in the meantime.</summary>
    /// <param name="run">The run.</param>
    /// <param name="from">The instance that has it, and does not carry it any more.</param>
    /// <param name="to">The instance that is to carry it.</param>
    /// <param name="cancel">Stops waiting for the database.</param>
    public async Task<bool> HandOverAsync(OrganizationRun run, string from, string to, CancellationToken cancel) =>
        await database.Tenant(run.OrganizationId).ExecuteAsync(
            """
            update job_runs set instance_id = @to
            where organization_id = @organizationId and id = @RunId and instance_id = @from and finished_at is null
            """,
            new { run.RunId, from, to }, cancel) > 0;

    /// <summary>
    /// Ends a run as its batches ended: completed without a failure, failed when nothing that asked succeeded, else partial; partial
    /// also when it stopped at what the organization may use, which is no failure. A run to which another engine has just added
    /// batches stays open.
    /// </summary>
    public Task FinishAsync(OrganizationRun run, CancellationToken cancel) => database.Tenant(run.OrganizationId).TransactAsync(
        async transaction =>
        {
            // A statement of its own: the next one then sees the batches that whoever held the lock has added.
            await transaction.ExecuteAsync("select from job_runs where organization_id = @OrganizationId and id = @RunId for update", new { run.OrganizationId, run.RunId });
            return await EndAsync(transaction, run);
        }, cancel);

    static Task<int> EndAsync(Transaction transaction, OrganizationRun run) => transaction.ExecuteAsync(
        """
        with ends as (
            select count(*) filter (where state = 'done' and phase = @Ask) as done, count(*) filter (where state = 'failed' or failures > 0) as failed,
                count(*) filter (where state = 'pending') as pending
            from job_batches where organization_id = @OrganizationId and run_id = @RunId
        )
        update job_runs set finished_at = now(), wait_until = null, started_at = coalesce(started_at, now()),
            state = case when failed = 0 and error_code is null then 'completed' when done = 0 and (error_code = any (@StopCodes)) is not true then 'failed' else 'partial' end
        from ends
        where organization_id = @OrganizationId and id = @RunId and finished_at is null and pending = 0
        """,
        new { run.OrganizationId, run.RunId, Ask = (int)JobPhase.Ask, StopCodes });

    /// <summary>
    /// Ends a run that is live, now and for good: partial if a part of it succeeded, else failed. What it found and has not told is
    /// the next run's.
    /// </summary>
    /// <returns>False when it is finished already, or there is none.</returns>
    public async Task<bool> CancelAsync(Guid organizationId, Guid runId, string reason, CancellationToken cancel) =>
        await database.Tenant(organizationId).ExecuteAsync(
            """
            update job_runs set finished_at = now(), wait_until = null, started_at = coalesce(started_at, now()),
                error_code = 'canceled', error_message = @reason,
                state = case when exists (
                    select from job_batches where organization_id = @organizationId and run_id = @runId and state = 'done' and phase = @Ask) then 'partial' else 'failed' end
            where organization_id = @organizationId and id = @runId and finished_at is null
            """,
            new { runId, reason, Ask = (int)JobPhase.Ask }, cancel) > 0;

    /// <summary>Adds to the reason of a run that stopped early how much it left.</summary>
    internal static Task SayLeftOutAsync(Transaction transaction, OrganizationRun run, int leads) => transaction.ExecuteAsync(
        """
        update job_runs set error_message = error_message || @leftOut
        where organization_id = @OrganizationId and id = @RunId and error_code = any (@StopCodes)
        """,
        new { run.OrganizationId, run.RunId, StopCodes, leftOut = string.Create(CultureInfo.InvariantCulture, $" Leads left out: {leads:#,##0}.") });

    /// <summary>Gives up what a run still wanted to ask, and says why: the first reason stays. What it found before is still told.</summary>
    public Task RefuseAsync(OrganizationRun run, string code, string message, CancellationToken cancel) =>
        database.Tenant(run.OrganizationId).ExecuteAsync(
            """
            with given_up as (
                update job_batches set state = 'failed'
                where organization_id = @organizationId and run_id = @RunId and state = 'pending' and phase = @Ask
            )
            update job_runs
            set error_code = coalesce(error_code, @code), error_message = case when error_code is null then @message else error_message end, phase = greatest(phase, @Ask), started_at = coalesce(started_at, now())
            where organization_id = @organizationId and id = @RunId and finished_at is null
            """,
            new { run.RunId, code, message, Ask = (int)JobPhase.Ask }, cancel);
}
