using System.Globalization;
using Microsoft.DurableTask.Client;
using TwoStory.Core.Jobs;

namespace TwoStory.Functions.Jobs;

/// <summary>Every hour, asks Core who is due. The instance is named for the hour: a timer that fires twice or late finds its run there.</summary>
public sealed class JobTimers(Pace pace, TimeProvider time)
{
    [Function("NearbySalesTimer")]
    public Task NearbySales([TimerTrigger("%NearbySalesTimer%")] TimerInfo timer, [DurableClient] DurableTaskClient durable, CancellationToken cancel) =>
        StartAsync(JobKinds.NearbySales, durable, cancel);

    [Function("PropertyValuesTimer")]
    public Task PropertyValues([TimerTrigger("%PropertyValuesTimer%")] TimerInfo timer, [DurableClient] DurableTaskClient durable, CancellationToken cancel) =>
        StartAsync(JobKinds.PropertyValues, durable, cancel);

    Task StartAsync(string kind, DurableTaskClient durable, CancellationToken cancel)
    {
        var hour = time.GetUtcNow().ToString("yyyy-MM-dd'T'HH", CultureInfo.InvariantCulture);
        return durable.StartUnlessDoneAsync(nameof(JobOrchestrations.RunJob), new RunProgress(kind, pace, After: null, RunTotals.None), $"{kind}-{hour}", cancel);
    }
}
