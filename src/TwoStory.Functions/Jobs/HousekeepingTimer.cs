using TwoStory.Core.Jobs;

namespace TwoStory.Functions.Jobs;

/// <summary>Cleans up every hour. Concurrent executions are harmless.</summary>
public sealed class HousekeepingTimer(Housekeeping housekeeping)
{
    [Function("CleanUp")]
    public Task CleanUp([TimerTrigger("%HousekeepingTimer%")] TimerInfo timer, CancellationToken cancel) => housekeeping.RunAsync(cancel);
}
