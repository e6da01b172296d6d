using TwoStory.Core.Jobs;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Jobs;

/// <summary>Runs parts of the nearby-sales job, and reads its results.</summary>
static class NearbySales
{
    /// <summary>The ids of the listings that the agents of the organization were notified of.</summary>
    public static async Task<List<(Guid Lead, string ListingId)>> NotifiedAsync(this TestHost host, TestOrganization organization) =>
        [.. await host.QueryAsync<(Guid, string)>(
            "select lead_id, listing_id from notifications where kind = 'nearby_sale' and organization_id = @Id order by lead_id, listing_id", new { organization.Id })];

    /// <summary>The stored sales near the leads, with their decisions.</summary>
    public static async Task<List<(Guid Lead, string ListingId, string? Decision)>> RecordedAsync(this TestHost host, TestOrganization organization) =>
        [.. await host.QueryAsync<(Guid, string, string?)>(
            "select lead_id, listing_id, decision from nearby_sales where organization_id = @Id order by lead_id, listing_id", new { organization.Id })];

    /// <summary>Executes the fetch phase of a run and no notification.</summary>
    public static async Task<OrganizationRun> FetchAsync(this TestHost host, TestOrganization organization, string kind = JobKinds.NearbySales)
    {
        var run = await host.Get<JobStore>().StartAsync(kind, organization.Id, occurrence: null, default);
        var at = new OrganizationRun(run.Id, organization.Id, run.Kind);
        await host.ExecuteRunAsync(at, JobPhase.Notify);
        return at;
    }

    /// <summary>The loop of the engine without its lock, as when two engines execute a run.</summary>
    /// <param name="until">The phase whose batches are left alone; null: to the end.</param>
    public static async Task ExecuteRunAsync(this TestHost host, OrganizationRun run, JobPhase? until = null)
    {
        var steps = host.Get<JobSteps>();
        while (await steps.NextAsync(run, default) is { IsFinished: false } step)
        {
            if (until is { } phase && (await host.QueryAsync<int>("select phase from job_runs where id = @RunId", new { run.RunId }))[0] >= (int)phase) return;
            foreach (var ordinal in step.Batches) await steps.RunBatchAsync(run, ordinal, default);
            if (step.WaitUntil is not null) await Task.Delay(20);
        }
    }
}
