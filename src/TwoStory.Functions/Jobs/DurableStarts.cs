using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace TwoStory.Functions.Jobs;

/// <summary>Starts each orchestration once.</summary>
static class DurableStarts
{
    /// <summary>Whether the instance is pending, running or suspended. A suspended instance counts, because an operator has paused it.</summary>
    public static async Task<bool> IsLiveAsync(this DurableTaskClient durable, string instanceId, CancellationToken cancel) =>
        (await durable.GetInstanceAsync(instanceId, cancel))?.RuntimeStatus
            is OrchestrationRuntimeStatus.Pending or OrchestrationRuntimeStatus.Running or OrchestrationRuntimeStatus.Suspended;

    /// <summary>Starts an instance unless it is live already.</summary>
    public static async Task StartUnlessLiveAsync(
        this DurableTaskClient durable, string orchestrator, object input, string instanceId, CancellationToken cancel)
    {
        if (await durable.IsLiveAsync(instanceId, cancel)) return;
        try
        {
            await durable.ScheduleNewOrchestrationInstanceAsync(orchestrator, input, new StartOrchestrationOptions(instanceId), cancel);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // Another caller has started the instance in the meantime; the exception differs between versions of the client.
            if (!await durable.IsLiveAsync(instanceId, cancel)) throw;
        }
    }

    /// <summary>Starts an instance unless it is live or has completed.</summary>
    public static async Task StartUnlessDoneAsync(
        this DurableTaskClient durable, string orchestrator, object input, string instanceId, CancellationToken cancel)
    {
        if (await durable.GetInstanceAsync(instanceId, cancel) is { RuntimeStatus: OrchestrationRuntimeStatus.Completed }) return;
        await durable.StartUnlessLiveAsync(orchestrator, input, instanceId, cancel);
    }
}
