using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace TwoStory.Functions.Jobs;

/// <summary>Purges the history of orchestrations that ended 30 days ago. Their results stay in the database.</summary>
public sealed class HistoryTimer(TimeProvider time, ILogger<HistoryTimer> logger)
{
    static readonly TimeSpan Retention = TimeSpan.FromDays(30);

    // The extension requires a start time in the filter.
    static readonly DateTimeOffset Beginning = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Function("PurgeHistory")]
    public async Task Purge([TimerTrigger("%HistoryPurgeTimer%")] TimerInfo timer, [DurableClient] DurableTaskClient durable, CancellationToken cancel)
    {
        OrchestrationRuntimeStatus[] ended = [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated];
        PurgeResult purged = await durable.PurgeAllInstancesAsync(new PurgeInstancesFilter(Beginning, time.GetUtcNow() - Retention, ended), cancel);
        logger.LogInformation("Purged {Count} instances older than {Days} days", purged.PurgedInstanceCount, Retention.TotalDays);
    }
}
