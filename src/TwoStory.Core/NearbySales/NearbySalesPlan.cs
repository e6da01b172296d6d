using System.Text.Json;
using TwoStory.Core.Accounts;
using TwoStory.Core.Data;
using TwoStory.Core.Jobs;
using TwoStory.Core.NearbySales.Planning;
using TwoStory.Core.Providers.Spark;

namespace TwoStory.Core.NearbySales;

/// <summary>The settings of one run of the nearby-sales job, frozen when it is planned.</summary>
/// <param name="Leads">The number of leads in the run.</param>
/// <param name="PageSize">Rows per page for the organization's key.</param>
/// <param name="Today">The organization's local date.</param>
/// <param name="From">The first close date of the window, inclusive.</param>
/// <param name="LateFrom">The first close date of a late report, inclusive.</param>
/// <param name="ModifiedSince">UTC; listings modified later may be late reports. Null: no run completed before.</param>
/// <param name="RadiusMiles">The radius of leads without their own.</param>
/// <param name="EmailMode">per_run or off.</param>
sealed record NearbySalesPlan(
    int Leads, int PageSize, DateOnly Today, DateOnly From, DateOnly LateFrom, DateTime? ModifiedSince, double RadiusMiles, string EmailMode)
{
    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    public static NearbySalesPlan FromJson(string json) => JsonSerializer.Deserialize<NearbySalesPlan>(json, JsonSerializerOptions.Web)!;

    /// <summary>Returns the query for the sales of this plan in some areas.</summary>
    public SalesQuery Query(IReadOnlyList<AreaPolygon> areas) => new(From, ModifiedSince, LateFrom, [.. areas.Select(area => area.LonLat)]);

    /// <summary>Returns the range of close dates that a listing belongs to; null when it is not part of this run.</summary>
    public (DateOnly From, DateOnly To)? WindowOf(Listing listing) => listing.CloseDate switch
    {
        null => null,
        { } date when date > Today => null,
        { } date when date >= From => (From, Today),
        { } date when date >= LateFrom && listing.ModifiedAt > ModifiedSince => (LateFrom, Today),
        _ => null,
    };
}

/// <summary>Determines the close dates to fetch now, both for runs and for the refresh of one lead.</summary>
static class NearbySalesPlanner
{
    // The MLS serves reads from caches up to this old: https://sparkplatform.com/docs/supporting_documentation/replication
    static readonly TimeSpan Overlap = TimeSpan.FromMinutes(20);

    const int LateReportDays = 45;

    sealed record Settings(string TimeZone, double RadiusMiles, int WindowDays, string EmailMode);

    /// <param name="tenant">The organization.</param>
    /// <param name="runs">The store of earlier runs.</param>
    /// <param name="time">The clock.</param>
    /// <param name="leads">The number of leads in the run.</param>
    /// <param name="pageSize">Rows per page for the organization's key.</param>
    /// <param name="cancel">Cancels the queries.</param>
    /// <returns>Null when the organization was removed.</returns>
    public static async Task<NearbySalesPlan?> PlanAsync(
        TenantDatabase tenant, JobStore runs, TimeProvider time, int leads, int pageSize, CancellationToken cancel)
    {
        var settings = await tenant.QueryFirstAsync<Settings>(
            "select time_zone, radius_miles::double precision, window_days, email_mode from organizations where id = @organizationId", null, cancel);
        if (settings is null) return null;
        var today = time.Today(settings.TimeZone);
        var lastGood = await runs.LastGoodStartAsync(JobKinds.NearbySales, tenant.OrganizationId, cancel);
        return new NearbySalesPlan(
            leads, pageSize, today, today.AddDays(-settings.WindowDays), today.AddDays(-LateReportDays), lastGood - Overlap,
            settings.RadiusMiles, settings.EmailMode);
    }
}
