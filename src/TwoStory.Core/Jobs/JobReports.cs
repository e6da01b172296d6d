using System.Text.Json;
using TwoStory.Core.Data;

namespace TwoStory.Core.Jobs;

/// <summary>A run as shown to its organization.</summary>
public sealed record JobReport(
    Guid Id, string Kind, JobState State, DateTime CreatedAt, DateTime? StartedAt, DateTime? FinishedAt, DateTime? WaitUntil,
    JobProgress Progress, JobCounts Counts, JobRequests Requests, IReadOnlyList<JobError> Errors);

/// <param name="Done">Batches that are completed or failed.</param>
/// <param name="Total">Batches so far; the batches that notify agents are added when fetching ends.</param>
public sealed record JobProgress(int Done, int Total);

/// <param name="Leads">Leads in the run.</param>
/// <param name="Sales">Distinct listings fetched.</param>
/// <param name="Matches">Pairs of lead and sale.</param>
/// <param name="Alerts">Notifications created.</param>
/// <param name="Emails">E-mails added to the outbox.</param>
/// <param name="Failures">Leads or areas that ended in an error.</param>
/// <param name="NotWatched">Leads left out because their alerts are off or paused.</param>
/// <param name="Refused">Leads left out because the run stopped early, at a limit or without valid credentials; the first error has the reason.</param>
/// <param name="Postponed">Leads left out because the provider was away; a later run catches up.</param>
public sealed record JobCounts(int Leads, int Sales, int Matches, int Alerts, int Emails, int Failures, int NotWatched, int Refused, int Postponed);

/// <param name="Spark">Requests to Spark.</param>
/// <param name="SparkFloor">The number of pages that the distinct matching listings fill at the key's page size: the lower bound of any plan.</param>
/// <param name="RentCast">Requests to RentCast.</param>
public sealed record JobRequests(int Spark, int SparkFloor, int RentCast);

/// <summary>An error of a run, with the affected lead if there is one.</summary>
public sealed record JobError(Guid OrganizationId, Guid? LeadId, string Code, string Message);

/// <summary>Reads runs and their results, for the API and the printed summary.</summary>
public sealed class JobReports(Database database)
{
    sealed record Row(
        Guid Id, string Kind, JobState State, DateTime CreatedAt, DateTime? StartedAt, DateTime? FinishedAt, DateTime? WaitUntil,
        string? ErrorCode, string? ErrorMessage, int PageSize, long Done, long Total, long Leads, long Sales, long Matched, long Matches,
        long Alerts, long Emails, long Failures, long NotWatched, long Refused, long Postponed, long Requests, string Errors);

    const string Columns =
        """
        select r.id, r.kind, r.state, r.created_at, r.started_at, r.finished_at, r.wait_until, r.error_code, r.error_message,
            coalesce((r.plan ->> 'pageSize')::int, 0) as page_size,
            count(b.ordinal) filter (where b.state <> 'pending') as done, count(b.ordinal) as total,
            coalesce((r.plan ->> 'leads')::bigint, 0) as leads,
            (select count(distinct k) from job_batches x, unnest(x.listing_keys) k where x.run_id = r.id) as sales,
            (select count(distinct k) from job_batches x, unnest(x.matched_keys) k where x.run_id = r.id) as matched,
            coalesce(sum(b.matches), 0) as matches, coalesce(sum(b.alerts), 0) as alerts, coalesce(sum(b.emails), 0) as emails,
            coalesce(sum(b.failures), 0) as failures,
            coalesce((r.plan ->> 'notWatched')::bigint, 0) + coalesce(sum(b.not_watched), 0) as not_watched, r.refused::bigint as refused,
            r.postponed + coalesce(sum(b.postponed), 0) as postponed, coalesce(sum(b.requests), 0) as requests,
            coalesce((select jsonb_agg(e) from (
                select e from job_batches x, jsonb_array_elements(x.errors) e
                where x.run_id = r.id order by x.ordinal limit 100) shown), '[]')::text as errors
        from job_runs r left join job_batches b on b.run_id = r.id
        where r.organization_id = @organizationId
        """;

    /// <exception cref="NotFoundException">The organization has no such run.</exception>
    public async Task<JobReport> GetAsync(Guid organizationId, Guid runId, CancellationToken cancel)
    {
        var row = await database.Tenant(organizationId).QueryFirstAsync<Row>(Columns + " and r.id = @runId group by r.id", new { runId }, cancel);
        return row is null ? throw new NotFoundException("job_not_found", "The job run does not exist.") : Report(organizationId, row);
    }

    /// <summary>Newest first.</summary>
    /// <param name="organizationId">The organization of the runs.</param>
    /// <param name="limit">The largest number of runs to return, 1 or more.</param>
    /// <param name="before">The last run of the previous page; null for the first page.</param>
    /// <param name="cancel">Cancels the query.</param>
    public async Task<IReadOnlyList<JobReport>> ListAsync(Guid organizationId, int limit, (DateTime CreatedAt, Guid Id)? before, CancellationToken cancel)
    {
        var rows = await database.Tenant(organizationId).QueryAsync<Row>(
            Columns +
            """
             and (@createdAt::timestamptz is null or (r.created_at, r.id) < (@createdAt, @id))
            group by r.id order by r.created_at desc, r.id desc limit @limit
            """,
            new { limit, createdAt = before?.CreatedAt, id = before?.Id }, cancel);
        return [.. rows.Select(row => Report(organizationId, row))];
    }

    static JobReport Report(Guid organizationId, Row row)
    {
        var errors = JsonSerializer.Deserialize<List<JobError>>(row.Errors, JsonSerializerOptions.Web)!;
        if (row.ErrorCode is not null) errors.Insert(0, new JobError(organizationId, null, row.ErrorCode, row.ErrorMessage ?? ""));
        var isSales = row.Kind == JobKinds.NearbySales;
        var floor = row.PageSize > 0 ? (int)((row.Matched + row.PageSize - 1) / row.PageSize) : 0;
        return new JobReport(
            row.Id, row.Kind, row.State, row.CreatedAt, row.StartedAt, row.FinishedAt, row.WaitUntil,
            new JobProgress((int)row.Done, (int)row.Total),
            new JobCounts((int)row.Leads, (int)row.Sales, (int)row.Matches, (int)row.Alerts, (int)row.Emails, (int)row.Failures, (int)row.NotWatched,
                (int)row.Refused, (int)row.Postponed),
            new JobRequests(isSales ? (int)row.Requests : 0, isSales ? floor : 0, isSales ? 0 : (int)row.Requests),
            errors);
    }
}
