using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using TwoStory.Api.Accounts;
using TwoStory.Api.Http;
using TwoStory.Core;
using TwoStory.Core.Accounts;
using TwoStory.Core.Jobs;

namespace TwoStory.Api.Jobs;

static class JobEndpoints
{
    public static void MapJobs(this IEndpointRouteBuilder api)
    {
        var jobs = api.MapGroup("jobs").WithTags("Jobs").RequireAuthorization(Policies.Admin);
        jobs.MapPost("{kind}", Start).WithName("StartJob").TakesIdempotencyKey().Fails(403, 404, 422);
        jobs.MapGet("", List).WithName("ListJobs").Fails(400, 403);
        jobs.MapPost("{id:guid}/cancel", Cancel).WithName("CancelJob").Fails(403, 404);
        jobs.MapGet("{id:guid}", Get).WithName("GetJob").Fails(403, 404);
    }

    /// <summary>Starts a job for the organization, or returns the run in progress.</summary>
    internal static async Task<Accepted<JobReport>> Start(
        string kind, Caller caller, IJobEngine engine, JobReports reports, AuditLog audit, CancellationToken cancel)
    {
        if (!JobKinds.All.Contains(kind))
        {
            throw new NotFoundException("job_kind_not_found", $"There is no such job. The jobs are {string.Join(" and ", JobKinds.All)}.");
        }
        var run = await engine.StartAsync(kind, caller.OrganizationId, cancel);
        await audit.AddAsync(caller.Did(AuditAction.JobStarted, run.Id, kind), cancel);
        return TypedResults.Accepted($"/api/jobs/{run.Id}", await reports.GetAsync(caller.OrganizationId, run.Id, cancel));
    }

    /// <summary>Lists the runs of the organization, newest first.</summary>
    internal static async Task<Page<JobReport>> List(
        [FromQuery] int? limit, [FromQuery] string? after, Caller caller, JobReports reports, CancellationToken cancel)
    {
        var page = PageRequest.Parse(limit, after);
        var before = page.After is { } cursor ? (cursor.CreatedAt, cursor.Id) : default((DateTime, Guid)?);
        var rows = await reports.ListAsync(caller.OrganizationId, page.Limit + 1, before, cancel);
        return Page.Create(rows, page.Limit, job => new Cursor(job.CreatedAt, job.Id));
    }

    /// <summary>Stops a run permanently. A run that has ended stays as it is.</summary>
    internal static async Task<JobReport> Cancel(Guid id, Caller caller, JobStore store, JobReports reports, AuditLog audit, CancellationToken cancel)
    {
        var run = await reports.GetAsync(caller.OrganizationId, id, cancel);
        if (!await store.CancelAsync(caller.OrganizationId, id, "Stopped by an administrator.", cancel)) return run;
        await audit.AddAsync(caller.Did(AuditAction.JobCanceled, id, run.Kind), cancel);
        return await reports.GetAsync(caller.OrganizationId, id, cancel);
    }

    /// <summary>Gets the state, progress, counts and errors of a run.</summary>
    internal static Task<JobReport> Get(Guid id, Caller caller, JobReports reports, CancellationToken cancel) =>
        reports.GetAsync(caller.OrganizationId, id, cancel);
}
