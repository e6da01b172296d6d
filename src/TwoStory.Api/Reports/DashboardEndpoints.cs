using TwoStory.Api.Accounts;
using TwoStory.Core.Accounts;
using TwoStory.Core.Reports;

namespace TwoStory.Api.Reports;

static class DashboardEndpoints
{
    public static void MapDashboard(this IEndpointRouteBuilder api) =>
        api.MapGet("dashboard/stats", Stats).WithTags("Dashboard").WithName("GetDashboardStats").WithSummary("Lead counts, unread notifications, portfolio value and recent activity.").RequireAuthorization(Policies.User);

    static Task<DashboardStats> Stats(Caller caller, Dashboard dashboard, CancellationToken cancel) => dashboard.StatsAsync(caller, cancel);
}
