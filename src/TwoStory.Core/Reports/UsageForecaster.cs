using Npgsql;
using TwoStory.Core.Data;
using TwoStory.Core.Jobs;
using TwoStory.Core.Providers.RentCast;
using TwoStory.Core.Upstreams;
using TwoStory.Core.Valuations;

namespace TwoStory.Core.Reports;

/// <summary>Forecasts the calls of the rest of a month.</summary>
public sealed class UsageForecaster(IEnumerable<IJob> jobs, RentCastOptions options)
{
    // The forecast of a run is the average of this many runs.
    const int RecentRuns = 7;

    /// <summary>What the organization did and has; see <see cref="Select"/>.</summary>
    internal sealed record Basis(string TimeZone, double SparkPerRun, int Homes, int SparkOfRuns, int RentCastOfRuns);

    /// <summary>USD. Only RentCast bills single calls.</summary>
    internal decimal CostPerCall(string provider) => provider == UpstreamProviders.RentCast ? options.CostPerCall : 0;

    /// <summary>
    /// Forecasts the scheduled runs until the end of the month, each with the calls of recent runs (sales) or of the monitored homes (values),
    /// and all other calls at the rate of the month to date.
    /// </summary>
    /// <param name="basis">The result of <see cref="Select"/>.</param>
    /// <param name="days">The usage of the month to date.</param>
    /// <param name="now">UTC.</param>
    /// <returns>The expected further calls by provider.</returns>
    internal IReadOnlyDictionary<string, int> FurtherCalls(Basis basis, IReadOnlyList<UsageLine> days, DateTime now)
    {
        var first = FirstOfMonth(now);
        var end = first.AddMonths(1);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(basis.TimeZone);
        // At least one day, because the calls of a few minutes are no basis for a forecast.
        var rate = (end - now) / TimeSpan.FromDays(Math.Max(1, (now - first).TotalDays));
        return days.Select(line => line.Provider).Union([UpstreamProviders.Spark, UpstreamProviders.RentCast]).ToDictionary(provider => provider, provider =>
        {
            var (scheduled, ofRuns) = provider switch
            {
                UpstreamProviders.Spark => (basis.SparkPerRun * RunsLeft(JobKinds.NearbySales, now, end, zone), basis.SparkOfRuns),
                UpstreamProviders.RentCast => (basis.Homes * RunsLeft(JobKinds.PropertyValues, now, end, zone), basis.RentCastOfRuns),
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

    static DateTime FirstOfMonth(DateTime day) => new(day.Year, day.Month, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Selects the basis of the forecast, to be read by <see cref="Read"/>.</summary>
    /// <param name="month">The first day of the month.</param>
    internal static TenantStatement Select(DateOnly month) => new(
        $"""
        with requests as (
            select r.kind, r.started_at, r.finished_at, (
                select coalesce(sum(b.requests), 0) from job_batches b where b.organization_id = $1 and b.run_id = r.id) as made
            from job_runs r where r.organization_id = $1 and r.created_at >= $2 - interval '1 month'
        )
        select o.time_zone,
            coalesce((select avg(made) from (
                select made from requests where kind = 'nearby-sales' and finished_at is not null
                order by finished_at desc limit $3) late), 0)::double precision,
            (select {DueLeads.HomesCount} from leads l
             where l.organization_id = $1 and l.notify_value_changes and not l.monitoring_paused),
            (select coalesce(sum(made), 0)::int from requests where kind = 'nearby-sales' and started_at >= $2),
            (select coalesce(sum(made), 0)::int from requests where kind = 'property-values' and started_at >= $2)
        from organizations o where o.id = $1
        """, month.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc), RecentRuns);

    internal static Basis Read(NpgsqlDataReader row) => new(row.GetString(0), row.GetDouble(1), row.GetInt32(2), row.GetInt32(3), row.GetInt32(4));
}
