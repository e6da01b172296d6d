using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TwoStory.Core.Accounts;
using TwoStory.Core.Data;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Jobs;

/// <summary>The run cannot continue until a user or an operator changes something. Other organizations are not affected.</summary>
/// <param name="code">A stable code, such as <c>spark_credentials_missing</c>.</param>
/// <param name="message">One sentence that states what to do.</param>
sealed class JobRefusedException(string code, string message) : Exception(message)
{
    public string Code => code;
}

/// <summary>
/// The operations of an engine: get the next step of a run, and execute a batch. Both are idempotent and may be called at any time
/// by any instance.
/// </summary>
public sealed class JobSteps(
    JobStore store, BatchStore batches, BatchResults results, Database database, IEnumerable<IJob> jobs, IOptions<JobOptions> options, TimeProvider time,
    ILogger<JobSteps> logger)
{
    /// <summary>Returns the next step. Plans the run, advances its phase and finishes it when due.</summary>
    public async Task<NextStep> NextAsync(OrganizationRun run, CancellationToken cancel)
    {
        using var span = JobTelemetry.Start("step", run);
        while (await store.FindAsync(run, cancel) is { } row)
        {
            if (row.IsFinished)
            {
                // The alert for failed runs looks for this line.
                logger.LogInformation("{Kind} run {Run} ended: {RunState}", run.Kind, run.RunId, row.State);
                break;
            }
            var (phase, step) = await batches.NextAsync(run, options.Value.Window, cancel);
            if (!step.IsFinished && phase != JobPhase.Plan)
            {
                await store.WaitAsync(run, step.WaitUntil, cancel);
                return step;
            }
            await AdvanceAsync(run, row, phase, cancel);
        }
        return NextStep.Finished;
    }

    /// <summary>Executes a batch unless it is completed. A transient failure or a provider's limit postpones it; the next step states until when.</summary>
    public async Task RunBatchAsync(OrganizationRun run, int ordinal, CancellationToken cancel)
    {
        if (await batches.FindPendingAsync(run, ordinal, cancel) is not { } batch) return;
        if (await store.FindAsync(run, cancel) is not { IsFinished: false } row) return;
        using var span = JobTelemetry.Start("batch", run);
        var (start, outcome) = (time.GetTimestamp(), "error");
        try
        {
            outcome = await ExecuteAsync(run, row, batch, cancel);
        }
        finally
        {
            JobTelemetry.Executed(run, batch, outcome, time.GetElapsedTime(start), span);
        }
    }

    async Task<string> ExecuteAsync(OrganizationRun run, JobRun row, JobBatch batch, CancellationToken cancel)
    {
        var job = Job(run.Kind);
        try
        {
            var succeeded = await EndIfRefusedAsync(
                run, () => batch.Phase == JobPhase.Notify ? NotifyAsync(job, row, batch, cancel) : job.FetchAsync(row, batch, cancel), cancel);
            return succeeded ? "done" : "refused";
        }
        catch (UpstreamException failure)
        {
            logger.LogWarning("{Kind} run {Run} batch {Batch}: {Code}: {Message}", run.Kind, run.RunId, batch.Ordinal, failure.Code, failure.Message);
            return await HandleFailureAsync(run, job, batch, failure, cancel);
        }
    }

    /// <summary>Fails a batch after an unexpected error, so that it does not block the run.</summary>
    public Task AbandonAsync(OrganizationRun run, int ordinal, CancellationToken cancel)
    {
        const string Message = "This part of the run failed because of an internal error. The logs have the details.";
        return results.FailAsync(run, ordinal, new JobError(run.OrganizationId, null, "internal_error", Message), cancel);
    }

    async Task AdvanceAsync(OrganizationRun run, JobRun row, JobPhase phase, CancellationToken cancel)
    {
        var job = Job(run.Kind);
        switch (phase)
        {
            case JobPhase.Plan:
                await EndIfRefusedAsync(run, () => PlanAsync(job, run, row, cancel), cancel);
                break;
            case JobPhase.Fetch:
                var agents = await job.AgentsToNotifyAsync(row, cancel);
                var leftOut = await job.CountLeftOutAsync(row, cancel);
                await batches.BeginAsync(run, JobPhase.Notify, null, Work(agents), EndFetchingAsync, cancel);
                async Task EndFetchingAsync(Transaction transaction)
                {
                    await job.LearnAsync(row, transaction);
                    await JobStore.AddLeftOutAsync(transaction, run, leftOut);
                }
                break;
            default:
                // A lead may have been reassigned to an agent without a batch since this phase began.
                var added = await job.AgentsToNotifyAsync(row, cancel);
                if (!await batches.AddAgentsAsync(run, Work(added), cancel)) await store.FinishAsync(run, cancel);
                break;
        }
    }

    async Task PlanAsync(IJob job, OrganizationRun run, JobRun row, CancellationToken cancel)
    {
        var plan = await job.PlanAsync(row, cancel);
        await batches.BeginAsync(run, JobPhase.Fetch, plan.Settings, plan.Work, null, cancel);
    }

    Task NotifyAsync(IJob job, JobRun run, JobBatch batch, CancellationToken cancel) => database.Tenant(run.OrganizationId).TransactAsync(
        async transaction =>
        {
            if (!await BatchResults.LockAsync(transaction, run, batch)) return false;
            var report = await job.NotifyAsync(run, JsonSerializer.Deserialize<Guid>(batch.Work), transaction);
            return await BatchResults.CompleteAsync(transaction, run, batch, report);
        }, cancel);

    /// <returns>False if the run was refused.</returns>
    async Task<bool> EndIfRefusedAsync(OrganizationRun run, Func<Task> part, CancellationToken cancel)
    {
        try
        {
            await part();
            return true;
        }
        catch (Exception exception) when (Refusal(exception) is { } refusal)
        {
            logger.LogWarning("{Kind} run {Run} stops fetching: {Code}: {Message}", run.Kind, run.RunId, refusal.Code, refusal.Message);
            await store.RefuseAsync(run, refusal.Code, refusal.Message, cancel);
            return false;
        }
    }

    // A monthly cap lasts for weeks, so the run does not wait for it: the next run continues.
    static (string Code, string Message)? Refusal(Exception exception) => exception switch
    {
        JobRefusedException refused => (refused.Code, refused.Message),
        LimitReachedException limit => (limit.Code, limit.Message),
        UpstreamException { Kind: UpstreamFailure.Refused or UpstreamFailure.CapReached } failure => (failure.Code, failure.Message),
        _ => null,
    };

    /// <returns>The outcome of the batch for the metrics.</returns>
    async Task<string> HandleFailureAsync(OrganizationRun run, IJob job, JobBatch batch, UpstreamException failure, CancellationToken cancel)
    {
        var now = time.GetUtcNow().UtcDateTime;
        switch (failure.Kind)
        {
            case UpstreamFailure.LimitReached:
                await results.PostponeAsync(run, batch.Ordinal, failure.RetryAt ?? now.AddMinutes(1), attempt: false, cancel);
                return "postponed";
            case UpstreamFailure.TooComplex when job.Split(batch.Work) is { } parts && await batches.SplitAsync(run, batch, parts, cancel):
                return "split";
            case UpstreamFailure.Unavailable or UpstreamFailure.BadAnswer when batch.Attempts + 1 < (job.MaxAttempts ?? options.Value.MaxAttempts):
                var delay = options.Value.RetryDelay * Math.Pow(2, Math.Min(batch.Attempts, 20));
                var backOff = now + (delay < options.Value.MaxRetryDelay ? delay : options.Value.MaxRetryDelay);
                await results.PostponeAsync(run, batch.Ordinal, failure.RetryAt > backOff ? failure.RetryAt.Value : backOff, attempt: true, cancel);
                return "retried";
            default:
                await results.FailAsync(run, batch.Ordinal, new JobError(run.OrganizationId, null, failure.Code, failure.Message), cancel);
                return "failed";
        }
    }

    static string[] Work(IReadOnlyList<Guid> agents) => [.. agents.Select(agent => JsonSerializer.Serialize(agent))];

    IJob Job(string kind) => jobs.Single(job => job.Kind == kind);
}
