using System.Globalization;
using Microsoft.DurableTask.Client;
using TwoStory.Core.Jobs;

namespace TwoStory.Functions.Jobs;

/// <summary>Starts the due organizations every hour. Instance ids contain the hour, so a timer that fires twice or late finds the instance.</summary>
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
        var progress = new RunProgress(kind, pace, After: null, RunTotals.None);
        return durable.StartUnlessDoneAsync(nameof(JobOrchestrations.RunJob), progress, $"{kind}-{hour}", cancel);
    }
}
