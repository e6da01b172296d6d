using TwoStory.Core.Data;
using TwoStory.Core.Jobs;
using TwoStory.Core.Providers.RentCast;
using TwoStory.Core.Upstreams;
using TwoStory.Core.Valuations;

namespace TwoStory.Core.Reports;

/// <summary>Says how many calls the rest of a month will bring.</summary>
public sealed class UsageForecaster(Database database, IEnumerable<IJob> jobs, RentCastOptions options)
{
    // So many runs of late say what the next ones will ask.
    const int RunsLookedAt = 7;

    sealed record Row(string TimeZone, double SparkPerRun, int Homes, int SparkOfRuns, int RentCastOfRuns);

    /// <summary>USD; the other providers bill nothing by the call.</summary>
    internal decimal CostPerCall(string provider) => provider == UpstreamProviders.RentCast ? options.CostPerCall : 0;

    /// <summary>
    /// The runs that are scheduled until the month ends, each as large as the last ones (sales) or as the homes that are due (values),
    /// and all other calls at the rate of the month so far.
    /// </summary>
    /// <param name="days">The month to date.</param>
    /// <param name="now">UTC.</param>
    /// <returns>Calls from now on, by provider.</returns>
    internal async Task<IReadOnlyDictionary<string, int>> FurtherCallsAsync(
        Guid organizationId, IReadOnlyList<UsageLine> days, DateTime now, CancellationToken cancel)
    {
        var first = new DateTime(now.Year, now.Month, 1, 0, 0, 0, DateTimeKind.Utc);
        var end = first.AddMonths(1);
        var row = await ReadAsync(organizationId, first, cancel);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(row.TimeZone);
        // A day at the least: a minute's calls say little of a month.
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
                    order by finished_at desc limit @RunsLookedAt) late), 0)::double precision as spark_per_run,
                (select {ValuationStore.HomesCount} from leads l
                 where l.organization_id = @organizationId and l.notify_value_changes and not l.monitoring_paused) as homes,
                (select coalesce(sum(made), 0)::int from requests where kind = 'nearby-sales' and started_at >= @first) as spark_of_runs,
                (select coalesce(sum(made), 0)::int from requests where kind = 'property-values' and started_at >= @first) as rent_cast_of_runs
            from organizations o where o.id = @organizationId
            """, new { first, RunsLookedAt }, cancel)
        ?? throw new NotFoundException("organization_not_found", "The organization does not exist any more.");
}
