using TwoStory.Core;
using TwoStory.Core.Data;
using TwoStory.Core.Jobs;

namespace TwoStory.Tests.Api;

/// <summary>An engine that stores runs and does not execute them; the responses of the API do not depend on execution.</summary>
sealed class IdleJobEngine(Database database) : IJobEngine
{
    public async Task<JobRun> StartAsync(string kind, Guid organizationId, CancellationToken cancel)
    {
        var id = Guid.CreateVersion7();
        var run = await database.Tenant(organizationId).QueryFirstAsync<JobRun>(
            """
            with started as (
                insert into job_runs (id, organization_id, kind, instance_id) values (@id, @organizationId, @kind, @instance)
                on conflict (organization_id, kind) where state in ('pending', 'running', 'waiting') do nothing
                returning *)
            select id, organization_id, kind, instance_id, occurrence, state, wait_until, created_at, started_at, finished_at from started
            union all
            select id, organization_id, kind, instance_id, occurrence, state, wait_until, created_at, started_at, finished_at
            from job_runs where organization_id = @organizationId and kind = @kind and state in ('pending', 'running', 'waiting')
            """, new { id, kind, instance = $"{kind}-{id}" }, cancel);
        return run ?? throw new NotFoundException("job_not_found", "The run ended while it was looked for.");
    }
}
