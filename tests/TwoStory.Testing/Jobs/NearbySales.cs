using TwoStory.Core.Jobs;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Jobs;

/// <summary>Runs the nearby-sales job in parts, and reads what it left.</summary>
static class NearbySales
{
    /// <summary>What the agents of the organization were told, as listing ids.</summary>
    public static async Task<List<(Guid Lead, string ListingId)>> NotifiedAsync(this TestHost host, TestOrganization organization) =>
        [.. await host.QueryAsync<(Guid, string)>(
            "select lead_id, listing_id from notifications where kind = 'nearby_sale' and organization_id = @Id order by lead_id, listing_id", new { organization.Id })];

    /// <summary>What is recorded as sold near the leads, with the decision.</summary>
    public static async Task<List<(Guid Lead, string ListingId, string? Decision)>> RecordedAsync(this TestHost host, TestOrganization organization) =>
        [.. await host.QueryAsync<(Guid, string, string?)>(
            "select lead_id, listing_id, decision from nearby_sales where organization_id = @Id order by lead_id, listing_id", new { organization.Id })];

    /// <summary>Carries a run until everything is asked and nothing is told.</summary>
    public static async Task<OrganizationRun> FetchAsync(this TestHost host, TestOrganization organization, string kind = JobKinds.NearbySales)
    {
        var run = await host.Get<JobStore>().StartAsync(kind, organization.Id, occurrence: null, default);
        var at = new OrganizationRun(run.Id, organization.Id, run.Kind);
        await host.CarryAsync(at, JobPhase.Notify);
        return at;
    }

    /// <summary>The engine's loop without its lock, as two engines may run it by mistake at once.</summary>
    /// <param name="until">The phase whose batches are left alone; null: to the end.</param>
    public static async Task CarryAsync(this TestHost host, OrganizationRun run, JobPhase? until = null)
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
