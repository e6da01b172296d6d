using TwoStory.Core.Data;
using TwoStory.Core.Jobs;
using TwoStory.Core.NearbySales.Planning;
using TwoStory.Core.Providers;

namespace TwoStory.Core.NearbySales;

/// <summary>Keeps, per organization, how many closed sales to expect where.</summary>
sealed class SalesDensityStore(Database database)
{
    // Dapper fills an array through a property only.
    sealed record Answered
    {
        public string Work { get; init; } = "";

        public double[] SalePoints { get; init; } = [];
    }

    public async Task<SalesDensity> LoadAsync(Guid organizationId, CancellationToken cancel) => Read(await database.Tenant(organizationId)
        .QueryFirstAsync<string>("select sales_density::text from organizations where id = @organizationId", null, cancel));

    /// <summary>Learns from all that a run asked and was answered.</summary>
    public static async Task LearnAsync(Transaction transaction, JobRun run)
    {
        var answered = await transaction.QueryAsync<Answered>(
            """
            select work::text as work, sale_points from job_batches
            where organization_id = @OrganizationId and run_id = @Id and phase = @Ask and state = 'done' and requests > 0
            order by ordinal
            """,
            new { run.OrganizationId, run.Id, Ask = (int)JobPhase.Ask });
        if (answered.Count == 0) return;
        var known = Read(await transaction.QueryFirstAsync<string>(
            "select sales_density::text from organizations where id = @OrganizationId for no key update", new { run.OrganizationId }));
        var learned = SalesDensity.Update(known, answered.SelectMany(batch => AreaWork.Read(batch.Work).Areas), answered.SelectMany(Points));
        await transaction.ExecuteAsync(
            "update organizations set sales_density = @density::jsonb where id = @OrganizationId", new { run.OrganizationId, density = learned.ToJson() });
    }

    static IEnumerable<GeoPoint> Points(Answered batch) => batch.SalePoints.Chunk(2).Select(pair => new GeoPoint(pair[0], pair[1]));

    static SalesDensity Read(string? json) => SalesDensity.FromJson(json);
}
