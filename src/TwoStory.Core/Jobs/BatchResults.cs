using System.Text.Json;
using TwoStory.Core.Data;

namespace TwoStory.Core.Jobs;

/// <summary>Stores the outcomes of batches. A batch is completed once, in the transaction that stores its results.</summary>
public sealed class BatchResults(Database database)
{
    /// <summary>Lists the work of fetch batches that failed or were skipped, without those that count their postponed leads themselves.</summary>
    public Task<IReadOnlyList<string>> FailedWorkAsync(JobRun run, CancellationToken cancel) => database.Tenant(run.OrganizationId).QueryAsync<string>(
        "select work::text from job_batches where organization_id = @organizationId and run_id = @Id and phase = @Fetch and state = 'failed' and postponed = 0",
        new { run.Id, Fetch = (int)JobPhase.Fetch }, cancel);

    /// <summary>Counts one request to the provider.</summary>
    public Task CountRequestAsync(JobRun run, JobBatch batch, CancellationToken cancel) => database.Tenant(run.OrganizationId).ExecuteAsync(
        "update job_batches set requests = requests + 1 where organization_id = @organizationId and run_id = @RunId and ordinal = @Ordinal",
        new { batch.RunId, batch.Ordinal }, cancel);

    /// <summary>Locks a batch until the transaction ends; false when it is no longer pending.</summary>
    public static async Task<bool> LockAsync(Transaction transaction, JobRun run, JobBatch batch) =>
        await transaction.QueryFirstAsync<int?>(
            """
            select ordinal from job_batches
            where organization_id = @OrganizationId and run_id = @RunId and ordinal = @Ordinal and state = 'pending' for update
            """,
            new { run.OrganizationId, batch.RunId, batch.Ordinal }) is not null;

    /// <summary>Completes a batch with its results. Its state is failed when the report says that no part succeeded.</summary>
    /// <remarks>A batch that was skipped while it was executed has no failures, and is completed all the same.</remarks>
    /// <returns>False when the batch was completed before: the transaction must not add its results again.</returns>
    public static async Task<bool> CompleteAsync(Transaction transaction, JobRun run, JobBatch batch, BatchReport report) =>
        await transaction.ExecuteAsync(
            """
            update job_batches set state = case when @Failed then 'failed' else 'done' end,
                matches = @Matches, alerts = @Alerts, emails = @Emails, failures = @Failures, not_watched = @NotWatched, postponed = @Postponed,
                listing_keys = @listingKeys, matched_keys = @matchedKeys, sale_points = @salePoints, errors = @errors::jsonb
            where organization_id = @OrganizationId and run_id = @RunId and ordinal = @Ordinal
              and (state = 'pending' or (state = 'failed' and failures = 0))
            """,
            new
            {
                run.OrganizationId,
                batch.RunId,
                batch.Ordinal,
                report.Matches,
                report.Alerts,
                report.Emails,
                report.Failures,
                report.NotWatched,
                report.Postponed,
                report.Failed,
                listingKeys = report.ListingKeys.ToArray(),
                matchedKeys = report.MatchedKeys.ToArray(),
                salePoints = report.SalePoints.ToArray(),
                errors = JsonSerializer.Serialize(report.Errors, JsonSerializerOptions.Web),
            }) > 0;

    /// <summary>Postpones a batch.</summary>
    /// <param name="run">The run.</param>
    /// <param name="ordinal">The batch.</param>
    /// <param name="until">UTC.</param>
    /// <param name="attempt">True for a transient failure, which counts as an attempt; false for a provider's limit.</param>
    /// <param name="cancel">Cancels the statement.</param>
    public Task PostponeAsync(OrganizationRun run, int ordinal, DateTime until, bool attempt, CancellationToken cancel) =>
        database.Tenant(run.OrganizationId).ExecuteAsync(
            """
            update job_batches set not_before = @until, attempts = attempts + @attempts
            where organization_id = @organizationId and run_id = @RunId and ordinal = @ordinal and state = 'pending'
            """,
            new { run.RunId, ordinal, until, attempts = attempt ? 1 : 0 }, cancel);

    /// <summary>Fails a pending batch.</summary>
    public Task FailAsync(OrganizationRun run, int ordinal, JobError error, CancellationToken cancel) =>
        database.Tenant(run.OrganizationId).ExecuteAsync(
            """
            update job_batches set state = 'failed', failures = 1, errors = @errors::jsonb
            where organization_id = @organizationId and run_id = @RunId and ordinal = @ordinal and state = 'pending'
            """,
            new { run.RunId, ordinal, errors = JsonSerializer.Serialize<JobError[]>([error], JsonSerializerOptions.Web) }, cancel);
}
