using TwoStory.Core.Data;

namespace TwoStory.Local.Status;

/// <summary>
/// The job runs for operators, with the routes and fields of the Durable Functions HTTP API, so that the same tools work with both hosts.
/// It shows every organization. It needs no key because the host listens on loopback only.
/// </summary>
static class DurableStatusEndpoints
{
    const int PageSize = 100;

    const string Columns =
        """
        select r.instance_id, r.kind as name, r.state, r.organization_id, r.wait_until, r.error_code, r.created_at,
            coalesce(r.finished_at, r.started_at, r.created_at) as last_updated,
            (select count(*) from job_batches b where b.run_id = r.id and b.state <> 'pending') as done,
            (select count(*) from job_batches b where b.run_id = r.id) as total
        from job_runs r
        """;

    sealed record Row(
        string InstanceId, string Name, string State, Guid OrganizationId, DateTime? WaitUntil, string? ErrorCode, DateTime CreatedAt, DateTime LastUpdated,
        long Done, long Total);

    public static void MapDurableStatus(this IEndpointRouteBuilder app)
    {
        var routes = app.MapGroup("/runtime/webhooks/durabletask/instances").ExcludeFromDescription();
        routes.MapGet("", ListAsync);
        routes.MapGet("{instanceId}", GetAsync);
    }

    static async Task<IResult> ListAsync(
        Database database, string? instanceIdPrefix, DateTime? createdTimeFrom, DateTime? createdTimeTo, string? runtimeStatus, int? top,
            CancellationToken cancel)
    {
        var rows = await database.QueryAsync<Row>(
            Columns +
            """

            where (@prefix::text is null or starts_with(r.instance_id, @prefix))
              and (@from::timestamptz is null or r.created_at >= @from) and (@to::timestamptz is null or r.created_at <= @to)
            order by r.created_at desc
            """,
            new { prefix = instanceIdPrefix, from = Utc(createdTimeFrom), to = Utc(createdTimeTo) }, cancel);
        var wanted = runtimeStatus?.Split(',', StringSplitOptions.TrimEntries);
        return Results.Json(rows.Where(row => wanted is null || wanted.Contains(RuntimeStatus(row))).Take(Math.Clamp(top ?? PageSize, 1, 1000)).Select(Status));
    }

    static async Task<IResult> GetAsync(string instanceId, Database database, HttpResponse response, HttpRequest request, CancellationToken cancel)
    {
        var row = await database.QueryFirstAsync<Row>(Columns + " where r.instance_id = @instanceId", new { instanceId }, cancel);
        if (row is null) return Results.NotFound();
        if (RuntimeStatus(row) is not ("Pending" or "Running")) return Results.Json(Status(row));
        response.Headers.RetryAfter = "5";
        response.Headers.Location = $"{request.Scheme}://{request.Host}{request.Path}";
        return Results.Json(Status(row), statusCode: StatusCodes.Status202Accepted);
    }

    static object Status(Row row) => new
    {
        row.Name,
        row.InstanceId,
        RuntimeStatus = RuntimeStatus(row),
        Input = new { row.OrganizationId, Kind = row.Name },
        CustomStatus = new { row.State, row.Done, row.Total, row.WaitUntil },
        Output = row.ErrorCode,
        CreatedTime = Seconds(row.CreatedAt),
        LastUpdatedTime = Seconds(row.LastUpdated),
    };

    static string RuntimeStatus(Row row) => row.State switch
    {
        "pending" => "Pending",
        "running" or "waiting" => "Running",
        "failed" => "Failed",
        _ => "Completed",
    };

    static string Seconds(DateTime time) => time.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);

    static DateTime? Utc(DateTime? time) => time is { } known
        ? DateTime.SpecifyKind(known.Kind == DateTimeKind.Local ? known.ToUniversalTime() : known, DateTimeKind.Utc) : null;
}
