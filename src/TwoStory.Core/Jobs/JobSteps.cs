using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TwoStory.Core.Accounts;
using TwoStory.Core.Data;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Jobs;

/// <summary>
/// The two questions an engine asks: what next for this organization, and do this batch. Both may be asked again at any time,
/// by anybody; what was done stays done.
/// </summary>
public sealed class JobSteps(
    JobStore store, BatchStore batches, Database database, IEnumerable<IJob> jobs, IOptions<JobOptions> options, TimeProvider time, ILogger<JobSteps> logger)
{
    /// <summary>What to do next. Plans the run, moves it from asking to telling, and ends it, as it comes.</summary>
    public async Task<NextStep> NextAsync(OrganizationRun run, CancellationToken cancel)
    {
        while (await store.FindAsync(run, cancel) is { IsFinished: false } row)
        {
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

    /// <summary>Does one batch, unless it is done. A failure in passing or a provider's limit puts it off; the next step knows until when.</summary>
    public async Task RunBatchAsync(OrganizationRun run, int ordinal, CancellationToken cancel)
    {
        if (await batches.FindPendingAsync(run, ordinal, cancel) is not { } batch || await store.FindAsync(run, cancel) is not { IsFinished: false } row) return;
        var job = Job(run.Kind);
        try
        {
            if (batch.Phase == JobPhase.Tell) await NotifyAsync(job, row, batch, cancel);
            else await job.FetchAsync(row, batch, cancel);
        }
        catch (UpstreamException failure)
        {
            logger.LogWarning("{Kind} run {Run} batch {Batch}: {Code}: {Message}", run.Kind, run.RunId, ordinal, failure.Code, failure.Message);
            await SortAsync(run, job, batch, failure, cancel);
        }
        catch (JobRefusedException refused)
        {
            await store.RefuseAsync(run, refused.Code, refused.Message, cancel);
        }
        catch (LimitReachedException limit)
        {
            await store.RefuseAsync(run, limit.Code, limit.Message, cancel);
        }
    }

    /// <summary>Gives a batch up for an error that is nobody's fault but ours, so that it cannot hold up the run for ever.</summary>
    public Task AbandonAsync(OrganizationRun run, int ordinal, CancellationToken cancel) => batches.FailAsync(
        run, ordinal, new JobError(run.OrganizationId, null, "internal_error", "This part of the run failed for an internal reason; it is in the logs."), cancel);

    async Task AdvanceAsync(OrganizationRun run, JobRun row, JobPhase phase, CancellationToken cancel)
    {
        var job = Job(run.Kind);
        switch (phase)
        {
            case JobPhase.Plan:
                try
                {
                    var plan = await job.PlanAsync(row, cancel);
                    await batches.BeginAsync(run, JobPhase.Ask, plan.Settings, plan.Work, null, cancel);
                }
                catch (JobRefusedException refused)
                {
                    await store.RefuseAsync(run, refused.Code, refused.Message, cancel);
                }
                catch (UpstreamException failure) when (failure.Kind == UpstreamFailure.Refused)
                {
                    await store.RefuseAsync(run, failure.Code, failure.Message, cancel);
                }
                break;
            case JobPhase.Ask:
                var agents = await job.AgentsToNotifyAsync(row, cancel);
                var leftOut = await job.CountLeftOutAsync(row, cancel);
                await batches.BeginAsync(run, JobPhase.Tell, null, [.. agents.Select(agent => JsonSerializer.Serialize(agent))], EndFetchingAsync, cancel);
                async Task EndFetchingAsync(Transaction transaction)
                {
                    await job.LearnAsync(row, transaction);
                    await JobStore.SayLeftOutAsync(transaction, run, leftOut);
                }
                break;
            default:
                // A lead may have gone to an agent who had nothing to be told when the telling began.
                var late = await job.AgentsToNotifyAsync(row, cancel);
                if (!await batches.TellAlsoAsync(run, [.. late.Select(agent => JsonSerializer.Serialize(agent))], cancel)) await store.FinishAsync(run, cancel);
                break;
        }
    }

    Task NotifyAsync(IJob job, JobRun run, JobBatch batch, CancellationToken cancel) => database.Tenant(run.OrganizationId).TransactAsync(
        async transaction =>
        {
            if (!await BatchStore.TakeAsync(transaction, run, batch)) return false;
            var report = await job.NotifyAsync(run, JsonSerializer.Deserialize<Guid>(batch.Work), transaction);
            return await BatchStore.CompleteAsync(transaction, run, batch, report);
        }, cancel);

    async Task SortAsync(OrganizationRun run, IJob job, JobBatch batch, UpstreamException failure, CancellationToken cancel)
    {
        switch (failure.Kind)
        {
            // A cap is good for weeks: what is left is next run's.
            case UpstreamFailure.Refused or UpstreamFailure.CapReached:
                await store.RefuseAsync(run, failure.Code, failure.Message, cancel);
                break;
            case UpstreamFailure.LimitReached:
                await batches.PostponeAsync(run, batch.Ordinal, failure.RetryAt ?? Now.AddMinutes(1), attempt: false, cancel);
                break;
            case UpstreamFailure.TooComplex when job.Split(batch.Work) is { } parts && await batches.SplitAsync(run, batch, parts, cancel):
                break;
            case UpstreamFailure.Unavailable or UpstreamFailure.BadAnswer when batch.Attempts + 1 < options.Value.MaxAttempts:
                var backOff = Now + options.Value.RetryDelay * Math.Pow(2, batch.Attempts);
                await batches.PostponeAsync(run, batch.Ordinal, failure.RetryAt > backOff ? failure.RetryAt.Value : backOff, attempt: true, cancel);
                break;
            default:
                await batches.FailAsync(run, batch.Ordinal, new JobError(run.OrganizationId, null, failure.Code, failure.Message), cancel);
                break;
        }
    }

    DateTime Now => time.GetUtcNow().UtcDateTime;

    IJob Job(string kind) => jobs.Single(job => job.Kind == kind);
}
