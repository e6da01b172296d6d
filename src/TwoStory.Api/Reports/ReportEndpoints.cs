using Microsoft.AspNetCore.Mvc;
using TwoStory.Api.Accounts;
using TwoStory.Api.Http;
using TwoStory.Core.Accounts;
using TwoStory.Core.Reports;

namespace TwoStory.Api.Reports;

static class UsageEndpoints
{
    public static void MapUsage(this IEndpointRouteBuilder api) =>
        api.MapGet("organization/usage", Get).WithTags("Organization").WithName("GetUsage").RequireAuthorization(Policies.Admin).Fails(400, 403);

    /// <summary>Gets the calls to providers in a month, with caps and a forecast.</summary>
    internal static Task<UsageReport> Get([FromQuery] string? month, Caller caller, UsageReports usage, CancellationToken cancel) =>
        usage.GetAsync(caller.OrganizationId, month, cancel);
}

static class DashboardEndpoints
{
    public static void MapDashboard(this IEndpointRouteBuilder api) =>
        api.MapGet("dashboard/stats", Stats).WithTags("Dashboard").WithName("GetDashboardStats").RequireAuthorization(Policies.User)
            .ChecksSessionInQuery();

    /// <summary>Gets lead counts, unread notifications, portfolio value and recent activity.</summary>
    internal static Task<DashboardStats> Stats(Caller caller, Dashboard dashboard, CancellationToken cancel) => dashboard.StatsAsync(caller, cancel);
}
