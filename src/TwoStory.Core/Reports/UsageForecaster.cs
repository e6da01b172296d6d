using TwoStory.Core.Data;
using TwoStory.Core.Jobs;
using TwoStory.Core.Providers.RentCast;
using TwoStory.Core.Upstreams;
using TwoStory.Core.Valuations;

namespace TwoStory.Core.Reports;

/// <summary>Forecasts the calls of the rest of a month.</summary>
public sealed class UsageForecaster(Database database, IEnumerable<IJob> jobs, RentCastOptions options)
{
    // The forecast of a run is the average of this many runs.
    const int RecentRuns = 7;

    sealed record Row(string TimeZone, double SparkPerRun, int Homes, int SparkOfRuns, int RentCastOfRuns);

    /// <summary>USD. Only RentCast bills single calls.</summary>
    internal decimal CostPerCall(string provider) => provider == UpstreamProviders.RentCast ? options.CostPerCall : 0;

    /// <summary>
    /// Forecasts the scheduled runs until the end of the month, each with the calls of recent runs (sales) or of the monitored homes (values),
    /// and all other calls at the rate of the month to date.
    /// </summary>
    /// <param name="days">The usage of the month to date.</param>
    /// <param name="now">UTC.</param>
    /// <returns>The expected further calls by provider.</returns>
    internal async Task<IReadOnlyDictionary<string, int>> FurtherCallsAsync(
        Guid organizationId, IReadOnlyList<UsageLine> days, DateTime now, CancellationToken cancel)
    {
        var first = new DateTime(now.Year, now.Month, 1, 0, 0, 0, DateTimeKind.Utc);
        var end = first.AddMonths(1);
        var row = await ReadAsync(organizationId, first, cancel);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(row.TimeZone);
        // At least one day, because the calls of a few minutes are no basis for a forecast.
        var rate = (end - now) / TimeSpan.FromDays(Math.Max(1, (now - first).TotalDays));
        return days.Select(line => line.Provider).Union([UpstreamProviders.Spark, UpstreamProviders.RentCast]).ToDictionary(provider => provider, provider =>
        {
            var (scheduled, ofRuns) = provider switch
            {
                UpstreamProviders.Spark => (row.SparkPerRun * RunsLeft(JobKinds.NearbySales, now, end, zone), row.SparkOfRuns),
                UpstreamProviders.RentCast => (row.Homes * RunsLeft(JobKinds.PropertyValues, now, end, zone), row.RentCastOfRuns),
                _ => (0.0, 0),
            };
            var others = Math.Max(0, days.Where(line => line.Provider == provider).Sum(line => line.Calls) - ofRuns);
            return (int)Math.Ceiling(scheduled + (others * rate));
        });
    }

    int RunsLeft(string kind, DateTime now, DateTime end, TimeZoneInfo zone)
    {
        var schedule = jobs.Single(job => job.Kind == kind).Schedule;
        var runs = 0;
        for (var next = schedule.Next(now, zone); next < end; next = schedule.Next(next, zone)) runs++;
        return runs;
    }

    async Task<Row> ReadAsync(Guid organizationId, DateTime first, CancellationToken cancel) =>
        await database.Tenant(organizationId).QueryFirstAsync<Row>(
            $"""
            with requests as (
                select r.kind, r.started_at, r.finished_at, (
                    select coalesce(sum(b.requests), 0) from job_batches b where b.organization_id = @organizationId and b.run_id = r.id) as made
                from job_runs r where r.organization_id = @organizationId and r.created_at >= @first - interval '1 month'
            )
            select o.time_zone,
                coalesce((select avg(made) from (
                    select made from requests where kind = 'nearby-sales' and finished_at is not null
                    order by finished_at desc limit @RecentRuns) late), 0)::double precision as spark_per_run,
                (select {DueLeads.HomesCount} from leads l
                 where l.organization_id = @organizationId and l.notify_value_changes and not l.monitoring_paused) as homes,
                (select coalesce(sum(made), 0)::int from requests where kind = 'nearby-sales' and started_at >= @first) as spark_of_runs,
                (select coalesce(sum(made), 0)::int from requests where kind = 'property-values' and started_at >= @first) as rent_cast_of_runs
            from organizations o where o.id = @organizationId
            """, new { first, RecentRuns }, cancel)
        ?? throw new NotFoundException("organization_not_found", "The organization no longer exists.");
}
