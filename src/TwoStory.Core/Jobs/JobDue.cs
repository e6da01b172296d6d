using Microsoft.Extensions.Options;
using TwoStory.Core.Data;

namespace TwoStory.Core.Jobs;

/// <summary>Says which organizations are due, and starts their runs. Asking twice, late, or from two places starts nothing twice.</summary>
public sealed class JobDue(Database database, JobStore store, IEnumerable<IJob> jobs, IOptions<JobOptions> options, TimeProvider time)
{
    sealed record Candidate(Guid Id, string TimeZone, DateTime CreatedAt, DateOnly? LastOccurrence, Guid? LiveRun);

    /// <param name="kind">One of <see cref="JobKinds"/>.</param>
    /// <param name="after">Where the page starts: <see cref="DuePage.After"/> of the page before. Null: the first page.</param>
    /// <param name="cancel">Stops waiting for the database.</param>
    public async Task<DuePage> StartDueAsync(string kind, Guid? after, CancellationToken cancel)
    {
        var schedule = jobs.Single(job => job.Kind == kind).Schedule;
        var size = options.Value.OrganizationsPerPage;
        var page = await database.QueryAsync<Candidate>(
            """
            select o.id, o.time_zone, o.created_at, (
                select max(r.occurrence) from job_runs r where r.organization_id = o.id and r.kind = @kind) as last_occurrence, (
                select r.id from job_runs r
                where r.organization_id = o.id and r.kind = @kind and r.state in ('pending', 'running', 'waiting')) as live_run
            from organizations o where @after::uuid is null or o.id > @after order by o.id limit @size
            """,
            new { kind, after, size }, cancel);
        var runs = new List<OrganizationRun>();
        foreach (var candidate in page)
        {
            // A run whose carrier died goes on before anything new begins.
            if (candidate.LiveRun is { } live)
            {
                runs.Add(new OrganizationRun(live, candidate.Id, kind));
                continue;
            }
            var (date, instant) = schedule.Latest(time.GetUtcNow().UtcDateTime, TimeZoneInfo.FindSystemTimeZoneById(candidate.TimeZone));
            // What came before the organization did was not missed.
            if (candidate.LastOccurrence >= date || instant < candidate.CreatedAt) continue;
            var run = await store.StartAsync(kind, candidate.Id, date, cancel);
            if (run.Occurrence == date && !run.IsFinished) runs.Add(new OrganizationRun(run.Id, run.OrganizationId, kind));
        }
        return new DuePage(runs, page.Count == size ? page[^1].Id : null);
    }
}
