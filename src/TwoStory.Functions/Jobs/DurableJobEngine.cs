using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using TwoStory.Core.Jobs;

namespace TwoStory.Functions.Jobs;

/// <summary>Starts the runs that users request, with the orchestration that the timers start for each organization. Scoped to the request.</summary>
sealed class DurableJobEngine(JobStore store, Pace pace) : IJobEngine
{
    /// <summary>The Durable client of the current function.</summary>
    public DurableTaskClient? Client { get; set; }

    public async Task<JobRun> StartAsync(string kind, Guid organizationId, CancellationToken cancel)
    {
        DurableTaskClient durable = Client ?? throw new InvalidOperationException("This function has no Durable client.");
        JobRun run = await store.StartAsync(kind, organizationId, occurrence: null, cancel);
        var progress = new OrganizationProgress(new OrganizationRun(run.Id, organizationId, kind), pace, IsClaimed: false, Batches: 0);
        await durable.StartUnlessLiveAsync(nameof(JobOrchestrations.RunOrganization), progress, run.InstanceId, cancel);
        return run;
    }
}

static class DurableClients
{
    /// <summary>Passes the Durable client of the function's binding to the engine of this request.</summary>
    public static HttpRequest With(this HttpRequest request, DurableTaskClient durable)
    {
        request.HttpContext.RequestServices.GetRequiredService<DurableJobEngine>().Client = durable;
        return request;
    }
}
