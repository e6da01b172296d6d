using System.Text.Json;
using TwoStory.Core.Data;
using TwoStory.Core.Jobs;
using TwoStory.Core.NearbySales.Planning;
using TwoStory.Core.Providers;

namespace TwoStory.Core.NearbySales;

/// <summary>Serializes the work of one batch of the nearby-sales job.</summary>
static class AreaWork
{
    public static string Write(AreaQuery query) => JsonSerializer.Serialize(query, JsonSerializerOptions.Web);

    public static AreaQuery Read(string work) => JsonSerializer.Deserialize<AreaQuery>(work, JsonSerializerOptions.Web)!;
}

/// <summary>Stores the expected density of closed sales per organization.</summary>
sealed class SalesDensityStore(Database database)
{
    // Dapper fills arrays only through properties.
    sealed record FetchedBatch
    {
        public string Work { get; init; } = "";

        public double[] SalePoints { get; init; } = [];
    }

    public async Task<SalesDensity> LoadAsync(Guid organizationId, CancellationToken cancel) => Read(await database.Tenant(organizationId)
        .QueryFirstAsync<string>("select sales_density::text from organizations where id = @organizationId", null, cancel));

    /// <summary>Updates the density from all completed batches of a run.</summary>
    public static async Task LearnAsync(Transaction transaction, JobRun run)
    {
        var batches = await transaction.QueryAsync<FetchedBatch>(
            """
            select work::text as work, sale_points from job_batches
            where organization_id = @OrganizationId and run_id = @Id and phase = @Fetch and state = 'done' and requests > 0
            order by ordinal
            """,
            new { run.OrganizationId, run.Id, Fetch = (int)JobPhase.Fetch });
        if (batches.Count == 0) return;
        var known = Read(await transaction.QueryFirstAsync<string>(
            "select sales_density::text from organizations where id = @OrganizationId for no key update", new { run.OrganizationId }));
        var learned = SalesDensity.Update(known, batches.SelectMany(batch => AreaWork.Read(batch.Work).Areas), batches.SelectMany(Points));
        await transaction.ExecuteAsync(
            "update organizations set sales_density = @density::jsonb where id = @OrganizationId", new { run.OrganizationId, density = learned.ToJson() });
    }

    static IEnumerable<GeoPoint> Points(FetchedBatch batch) => batch.SalePoints.Chunk(2).Select(pair => new GeoPoint(pair[0], pair[1]));

    static SalesDensity Read(string? json) => SalesDensity.FromJson(json);
}
