using Microsoft.AspNetCore.Mvc;
using TwoStory.Api.Accounts;
using TwoStory.Api.Http;
using TwoStory.Core.Accounts;
using TwoStory.Core.Reports;

namespace TwoStory.Api.Reports;

static class UsageEndpoints
{
    public static void MapUsage(this IEndpointRouteBuilder api) =>
        api.MapGet("organization/usage", Get).WithTags("Organization").WithName("GetUsage").WithSummary("What the organization asked of providers in a month, with caps and a forecast.").RequireAuthorization(Policies.Admin).Fails(400, 403);

    static Task<UsageReport> Get([FromQuery] string? month, Caller caller, UsageReports usage, CancellationToken cancel) =>
        usage.GetAsync(caller.OrganizationId, month, cancel);
}

static class DashboardEndpoints
{
    public static void MapDashboard(this IEndpointRouteBuilder api) =>
        api.MapGet("dashboard/stats", Stats).WithTags("Dashboard").WithName("GetDashboardStats").WithSummary("Lead counts, unread notifications, portfolio value and recent activity.").RequireAuthorization(Policies.User);

    static Task<DashboardStats> Stats(Caller caller, Dashboard dashboard, CancellationToken cancel) => dashboard.StatsAsync(caller, cancel);
}
