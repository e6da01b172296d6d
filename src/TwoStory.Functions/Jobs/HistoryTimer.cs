using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace TwoStory.Functions.Jobs;

/// <summary>Removes the engine's history of runs that ended 30 days ago; what they did stays in the database.</summary>
public sealed class HistoryTimer(TimeProvider time, ILogger<HistoryTimer> logger)
{
    static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    // The extension cannot read a filter without a start.
    static readonly DateTimeOffset Beginning = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Function("PurgeHistory")]
    public async Task Purge([TimerTrigger("%HistoryPurgeTimer%")] TimerInfo timer, [DurableClient] DurableTaskClient durable, CancellationToken cancel)
    {
        OrchestrationRuntimeStatus[] ended = [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated];
        PurgeResult purged = await durable.PurgeAllInstancesAsync(new PurgeInstancesFilter(Beginning, time.GetUtcNow() - Kept, ended), cancel);
        logger.LogInformation("Purged {Count} instances older than {Days} days", purged.PurgedInstanceCount, Kept.TotalDays);
    }
}
