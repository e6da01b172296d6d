using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace TwoStory.Functions.Jobs;

/// <summary>Starting orchestrations once.</summary>
static class DurableStarts
{
    /// <summary>Whether somebody carries on under this name. Suspended counts: an operator wants it to stand still.</summary>
    public static async Task<bool> IsLiveAsync(this DurableTaskClient durable, string instanceId, CancellationToken cancel) =>
        await durable.GetInstanceAsync(instanceId, cancel) is { RuntimeStatus: OrchestrationRuntimeStatus.Pending or OrchestrationRuntimeStatus.Running or OrchestrationRuntimeStatus.Suspended };

    /// <summary>Starts an instance unless one of this name is live.</summary>
    public static async Task StartUnlessLiveAsync(this DurableTaskClient durable, string orchestrator, object input, string instanceId, CancellationToken cancel)
    {
        if (await durable.IsLiveAsync(instanceId, cancel)) return;
        try
        {
            await durable.ScheduleNewOrchestrationInstanceAsync(orchestrator, input, new StartOrchestrationOptions(instanceId), cancel);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // Somebody else was a moment faster; versions of the client differ in how they say so.
            if (!await durable.IsLiveAsync(instanceId, cancel)) throw;
        }
    }

    /// <summary>Starts an instance unless there was ever one of this name that did its work.</summary>
    public static async Task StartUnlessDoneAsync(this DurableTaskClient durable, string orchestrator, object input, string instanceId, CancellationToken cancel)
    {
        if (await durable.GetInstanceAsync(instanceId, cancel) is { RuntimeStatus: OrchestrationRuntimeStatus.Completed }) return;
        await durable.StartUnlessLiveAsync(orchestrator, input, instanceId, cancel);
    }
}
