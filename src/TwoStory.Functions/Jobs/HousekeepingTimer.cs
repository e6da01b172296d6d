using TwoStory.Core.Jobs;

namespace TwoStory.Functions.Jobs;

/// <summary>Cleans up every hour. Two at once are one: the second finds nothing to do.</summary>
public sealed class HousekeepingTimer(Housekeeping housekeeping)
{
    [Function("CleanUp")]
    public Task CleanUp([TimerTrigger("%HousekeepingTimer%")] TimerInfo timer, CancellationToken cancel) => housekeeping.RunAsync(cancel);
}
