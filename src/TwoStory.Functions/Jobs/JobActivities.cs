using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Npgsql;
using TwoStory.Core.Jobs;

namespace TwoStory.Functions.Jobs;

/// <summary>The database became unavailable during a batch; the batch can be executed again. Stored histories contain the name of this type.</summary>
public sealed class DatabaseAwayException(Exception cause) : Exception("The database does not answer.", cause);

/// <summary>The activities of the orchestrations: each is one call to Core and can be repeated at any time.</summary>
public sealed class JobActivities(JobDue due, JobSteps steps, JobStore store, ILogger<JobActivities> logger)
{
    [Function(nameof(StartDue))]
    public Task<DuePage> StartDue([ActivityTrigger] DuePageRequest request, CancellationToken cancel) => due.StartDueAsync(request.Kind, request.After, cancel);

    /// <summary>Ensures that one instance executes a run: the current one while it is live, otherwise the caller.</summary>
    [Function(nameof(ClaimRun))]
    public async Task<bool> ClaimRun([ActivityTrigger] Claim claim, [DurableClient] DurableTaskClient durable, CancellationToken cancel)
    {
        using var scope = logger.BeginRun(claim.Run);
        if (await store.FindAsync(claim.Run, cancel) is not { IsFinished: false } run || run.InstanceId == claim.InstanceId) return true;
        return !await durable.IsLiveAsync(run.InstanceId, cancel) && await store.HandOverAsync(claim.Run, run.InstanceId, claim.InstanceId, cancel);
    }

    [Function(nameof(NextStep))]
    public async Task<Step> NextStep([ActivityTrigger] OrganizationRun run, CancellationToken cancel)
    {
        using var scope = logger.BeginRun(run);
        var next = await steps.NextAsync(run, cancel);
        if (!next.IsFinished || await store.FindAsync(run, cancel) is not { } ended) return new Step(next.Batches, next.WaitUntil);
        return new Step([], null, ended.State);
    }

    [Function(nameof(RunBatch))]
    public async Task RunBatch([ActivityTrigger] Batch batch, CancellationToken cancel)
    {
        using var scope = logger.BeginRun(batch.Run);
        try
        {
            await steps.RunBatchAsync(batch.Run, batch.Ordinal, cancel);
        }
        catch (NpgsqlException failure) when (failure.IsTransient)
        {
            throw new DatabaseAwayException(failure);
        }
    }

    [Function(nameof(AbandonBatch))]
    public async Task AbandonBatch([ActivityTrigger] Batch batch, CancellationToken cancel)
    {
        using var scope = logger.BeginRun(batch.Run);
        logger.LogError("Batch {Batch} is abandoned; its failure is logged above", batch.Ordinal);
        await steps.AbandonAsync(batch.Run, batch.Ordinal, cancel);
    }
}
