using TwoStory.Core.Accounts;
using TwoStory.Core.Data;
using TwoStory.Core.Jobs;

namespace TwoStory.Core.NearbySales;

/// <summary>Says which close dates are looked for now: the same for a run as for whoever asks for one lead.</summary>
static class NearbySalesPlanner
{
    // The MLS serves reads from caches up to this old: https://sparkplatform.com/docs/supporting_documentation/replication
    static readonly TimeSpan Overlap = TimeSpan.FromMinutes(20);

    const int LateReportDays = 45;

    sealed record Settings(string TimeZone, double RadiusMiles, int WindowDays, string EmailMode);

    /// <param name="tenant">The organization.</param>
    /// <param name="runs">Know when a run went well.</param>
    /// <param name="time">The clock.</param>
    /// <param name="leads">How many leads are looked after.</param>
    /// <param name="pageSize">Rows a page at the organization's key.</param>
    /// <param name="cancel">Stops waiting for the database.</param>
    /// <returns>Null when the organization is gone.</returns>
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
