using System.Collections.Concurrent;
using TwoStory.Core.Data;
using TwoStory.Core.Jobs;

namespace TwoStory.Local.Jobs;

/// <summary>
/// Carries runs in this process: the same two loops that Durable Functions carries in Azure. Every decision is Core's.
/// A run is carried by one process at a time; when that one dies, another takes the run up where it stood.
/// </summary>
sealed class JobRunner(JobSteps steps, JobStore store, RunLock locks, TimeProvider time, ILogger<JobRunner> logger, IHostApplicationLifetime lifetime) : IJobEngine
{
    const int BatchesAtOnce = 4;

    const int TriesPerBatch = 3;

    static readonly TimeSpan Breath = TimeSpan.FromSeconds(2);

    readonly ConcurrentDictionary<Guid, Task> carried = new();

    public async Task<JobRun> StartAsync(string kind, Guid organizationId, CancellationToken cancel)
    {
        var run = await store.StartAsync(kind, organizationId, occurrence: null, cancel);
        _ = CarryAsync(new OrganizationRun(run.Id, organizationId, kind));
        return run;
    }

    /// <summary>Carries a run to its end, or watches whoever does. Asking twice is the same as asking once.</summary>
    public Task CarryAsync(OrganizationRun run) => carried.GetOrAdd(run.RunId, _ => Task.Run(() => CarryToEndAsync(run, lifetime.ApplicationStopping)));

    async Task CarryToEndAsync(OrganizationRun run, CancellationToken cancel)
    {
        try
        {
            while (!await TryCarryAsync(run, cancel)) await Task.Delay(Breath, time, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            logger.LogInformation("{Kind} run {Run} stays where it is; the next start takes it up", run.Kind, run.RunId);
        }
        catch (Exception failure)
        {
            // Whoever looks for live runs next takes it up again.
            logger.LogError(failure, "{Kind} run {Run} stopped", run.Kind, run.RunId);
        }
        finally
        {
            carried.TryRemove(run.RunId, out _);
        }
    }

    /// <returns>Whether it is finished. Else somebody else carries it, or the database went away: worth another look later.</returns>
    async Task<bool> TryCarryAsync(OrganizationRun run, CancellationToken cancel)
    {
        try
        {
            if (await store.FindAsync(run, cancel) is not { IsFinished: false }) return true;
            await using var held = await locks.TryTakeAsync(run.RunId, cancel);
            if (held is null) return false;
            while (await steps.NextAsync(run, cancel) is { IsFinished: false } step)
            {
                if (step.WaitUntil is { } until) await WaitAsync(until, cancel);
                else await Parallel.ForEachAsync(step.Batches, new ParallelOptions { MaxDegreeOfParallelism = BatchesAtOnce, CancellationToken = cancel }, (ordinal, stop) => DoAsync(run, ordinal, stop));
            }
            return true;
        }
        catch (Exception failure) when (DatabaseOutage.Is(failure))
        {
            logger.LogWarning("{Kind} run {Run} waits for the database: {Message}", run.Kind, run.RunId, failure.Message);
            return false;
        }
    }

    async ValueTask DoAsync(OrganizationRun run, int ordinal, CancellationToken cancel)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await steps.RunBatchAsync(run, ordinal, cancel);
                return;
            }
            catch (Exception failure) when (failure is not OperationCanceledException && !DatabaseOutage.Is(failure))
            {
                logger.LogError(failure, "{Kind} run {Run} batch {Batch} failed, try {Try} of {Tries}", run.Kind, run.RunId, ordinal, tries, TriesPerBatch);
                if (tries < TriesPerBatch)
                {
                    await Task.Delay(Breath, time, cancel);
                    continue;
                }
                await steps.AbandonAsync(run, ordinal, cancel);
                return;
            }
        }
    }

    Task WaitAsync(DateTime until, CancellationToken cancel)
    {
        var wait = until - time.GetUtcNow().UtcDateTime;
        return wait > TimeSpan.Zero ? Task.Delay(wait, time, cancel) : Task.CompletedTask;
    }
}
