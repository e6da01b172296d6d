using Microsoft.Extensions.Options;
using TwoStory.Core.Accounts;
using TwoStory.Core.Data;

namespace TwoStory.Core.Jobs;

/// <summary>The schedule of a job in the time zone of each organization.</summary>
/// <param name="At">The local time of day.</param>
/// <param name="Day">The only day of the week; null for every day.</param>
public sealed record JobSchedule(TimeOnly At, DayOfWeek? Day = null)
{
    /// <summary>Returns the latest occurrence at or before a point in time.</summary>
    /// <returns>The local date, which identifies the occurrence, and its time in UTC.</returns>
    public (DateOnly Date, DateTime Instant) Latest(DateTime utcNow, TimeZoneInfo zone)
    {
        var date = DateOnly.FromDateTime(TimeZoneInfo.ConvertTimeFromUtc(utcNow, zone));
        while ((Day is { } day && date.DayOfWeek != day) || Instant(date, zone) > utcNow) date = date.AddDays(-1);
        return (date, Instant(date, zone));
    }

    /// <summary>Returns the first occurrence after a point in time, in UTC.</summary>
    public DateTime Next(DateTime utcNow, TimeZoneInfo zone)
    {
        var date = Latest(utcNow, zone).Date.AddDays(1);
        while (Day is { } day && date.DayOfWeek != day) date = date.AddDays(1);
        return Instant(date, zone);
    }

    // A local time that a clock change skips occurs at the change; one that it repeats occurs the first time.
    DateTime Instant(DateOnly date, TimeZoneInfo zone)
    {
        var local = date.ToDateTime(At);
        while (zone.IsInvalidTime(local)) local = local.AddMinutes(15);
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return DateTime.SpecifyKind(local - offset, DateTimeKind.Utc);
    }
}

/// <summary>Finds the organizations that are due and starts their runs. Repeated, late or parallel calls start a run once.</summary>
public sealed class JobDue(Database database, JobStore store, IEnumerable<IJob> jobs, IOptions<JobOptions> options, TimeProvider time)
{
    /// <param name="LeftFrom">When the last run ended and left leads; null when it left none, was canceled, or stopped at a limit of this month.</param>
    sealed record Candidate(Guid Id, string TimeZone, DateTime CreatedAt, DateOnly? LastOccurrence, Guid? LiveRun, DateTime? LeftFrom);

    /// <param name="kind">One of <see cref="JobKinds"/>.</param>
    /// <param name="after"><see cref="DuePage.After"/> of the previous page; null for the first page.</param>
    /// <param name="cancel">Cancels the query.</param>
    public async Task<DuePage> StartDueAsync(string kind, Guid? after, CancellationToken cancel)
    {
        var job = jobs.Single(job => job.Kind == kind);
        var size = options.Value.OrganizationsPerPage;
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var page = await database.QueryAsync<Candidate>(
            """
            select o.id, o.time_zone, o.created_at, (
                select max(r.occurrence) from job_runs r where r.organization_id = o.id and r.kind = @kind) as last_occurrence, (
                select r.id from job_runs r
                where r.organization_id = o.id and r.kind = @kind and r.state in ('pending', 'running', 'waiting')) as live_run, (
                select case when n.state in ('partial', 'failed') and n.error_code is distinct from 'canceled'
                    and not (n.error_code = any (@StopCodes) and n.finished_at >= @month) then n.finished_at end
                from (select r.state, r.error_code, r.finished_at from job_runs r
                    where r.organization_id = o.id and r.kind = @kind order by r.created_at desc, r.id desc limit 1) n
                where exists (select from job_runs l where l.organization_id = o.id and l.kind = @kind and l.occurrence is not null)) as left_from
            from organizations o where @after::uuid is null or o.id > @after order by o.id limit @size
            """,
            new { kind, after, size, JobStore.StopCodes, month = MonthlyCaps.FirstOfMonth(today).ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc) }, cancel);
        var runs = new List<OrganizationRun>();
        foreach (var candidate in page)
        {
            // A live run continues before a new one starts: the engine that executed it may have stopped.
            if (candidate.LiveRun is { } live)
            {
                runs.Add(new OrganizationRun(live, candidate.Id, kind));
                continue;
            }
            var hasZone = TimeZoneInfo.TryFindSystemTimeZoneById(candidate.TimeZone, out var zone);
            if (Due(job, candidate, zone ?? TimeZoneInfo.Utc) is not { } date) continue;
            var run = await store.StartAsync(kind, candidate.Id, date, cancel);
            if (!hasZone) await RefuseAsync(run, candidate.TimeZone, cancel);
            else if (run.Occurrence == date && !run.IsFinished) runs.Add(new OrganizationRun(run.Id, run.OrganizationId, kind));
        }
        return new DuePage(runs, page.Count == size ? page[^1].Id : null);
    }

    // Occurrences before the organization existed were not missed.
    DateOnly? Due(IJob job, Candidate candidate, TimeZoneInfo zone)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var (date, instant) = job.Schedule.Latest(now, zone);
        if (instant < candidate.CreatedAt) return null;
        if (!(candidate.LastOccurrence >= date)) return date;
        if (job.CatchUp is not { } daily || candidate.LeftFrom is null) return null;
        var (day, _) = daily.Latest(now, zone);
        return day > candidate.LastOccurrence ? day : null;
    }

    // The failed run shows the organization why nothing happens, and stops no other organization.
    async Task RefuseAsync(JobRun row, string timeZone, CancellationToken cancel)
    {
        var run = new OrganizationRun(row.Id, row.OrganizationId, row.Kind);
        await store.RefuseAsync(run, "time_zone_unknown", $"The time zone {timeZone} is not known. An owner sets another one in the settings.", cancel);
        await store.FinishAsync(run, cancel);
    }
}
