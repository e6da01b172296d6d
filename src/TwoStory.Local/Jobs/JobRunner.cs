using System.Collections.Concurrent;
using TwoStory.Core.Data;
using TwoStory.Core.Jobs;

namespace TwoStory.Local.Jobs;

/// <summary>
/// Runs jobs in this process with the same two loops as the Durable orchestrations in Azure. Core makes every decision.
/// One process at a time executes a run. If that process ends, another resumes the run.
/// </summary>
sealed class JobRunner(JobSteps steps, JobStore store, RunLock locks, TimeProvider time, ILogger<JobRunner> logger,
    IHostApplicationLifetime lifetime) : IJobEngine
{
    const int BatchesAtOnce = 4;

    const int TriesPerBatch = 3;

    static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(2);

    readonly ConcurrentDictionary<Guid, Task> running = new();

    public async Task<JobRun> StartAsync(string kind, Guid organizationId, CancellationToken cancel)
    {
        var run = await store.StartAsync(kind, organizationId, occurrence: null, cancel);
        _ = ExecuteRunAsync(new OrganizationRun(run.Id, organizationId, kind));
        return run;
    }

    /// <summary>Executes a run to its end, or waits while another process executes it. Repeated calls have no effect.</summary>
    public Task ExecuteRunAsync(OrganizationRun run) => running.GetOrAdd(run.RunId, _ => Task.Run(() => ExecuteToEndAsync(run, lifetime.ApplicationStopping)));

    async Task ExecuteToEndAsync(OrganizationRun run, CancellationToken cancel)
    {
        using var scope = logger.BeginRun(run);
        try
        {
            while (!await TryExecuteRunAsync(run, cancel)) await Task.Delay(RetryDelay, time, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            logger.LogInformation("{Kind} run {Run} is interrupted; the next start resumes it", run.Kind, run.RunId);
        }
        catch (Exception failure)
        {
            // The job timer resumes it.
            logger.LogError(failure, "{Kind} run {Run} stopped", run.Kind, run.RunId);
        }
        finally
        {
            running.TryRemove(run.RunId, out _);
        }
    }

    /// <returns>True if the run is finished. False if another process executes it or the database is unavailable; the caller tries again.</returns>
    async Task<bool> TryExecuteRunAsync(OrganizationRun run, CancellationToken cancel)
    {
        try
        {
            if (await store.FindAsync(run, cancel) is not { IsFinished: false }) return true;
            await using var handle = await locks.TryTakeAsync(run.RunId, cancel);
            if (handle is null) return false;
            while (await steps.NextAsync(run, cancel) is { IsFinished: false } step)
            {
                if (step.WaitUntil is { } until) await WaitAsync(until, cancel);
                else
                {
                    await Parallel.ForEachAsync(step.Batches, new ParallelOptions { MaxDegreeOfParallelism = BatchesAtOnce, CancellationToken = cancel },
                        (ordinal, stop) => DoAsync(run, ordinal, stop));
                }
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
                logger.LogError(failure, "{Kind} run {Run} batch {Batch} failed in attempt {Try} of {Tries}", run.Kind, run.RunId, ordinal, tries,
                    TriesPerBatch);
                if (tries < TriesPerBatch)
                {
                    await Task.Delay(RetryDelay, time, cancel);
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
