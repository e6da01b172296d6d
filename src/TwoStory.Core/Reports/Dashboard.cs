using TwoStory.Core.Accounts;
using TwoStory.Core.Alerts;
using TwoStory.Core.Data;

namespace TwoStory.Core.Reports;

/// <summary>The overview of a user. Its numbers match the lists.</summary>
/// <param name="UnreadNotifications">The caller's unread notifications.</param>
/// <param name="PortfolioValue">USD: the sum of the newest values of the leads.</param>
/// <param name="ValuedLeads">The number of leads with a value.</param>
/// <param name="RecentActivity">The caller's ten newest notifications.</param>
public sealed record DashboardStats(
    LeadCounts Leads, int UnreadNotifications, decimal PortfolioValue, int ValuedLeads, IReadOnlyList<Notification> RecentActivity);

public sealed record LeadCounts(int Total, int Hot, int Warm, int Cold);

/// <summary>Computes the overview: of the own leads for agents, of all leads of the organization for others.</summary>
public sealed class Dashboard(Database database, NotificationStore notifications)
{
    sealed record Row(int Total, int Hot, int Warm, int Cold, int Unread, decimal Portfolio, int Valued);

    public async Task<DashboardStats> StatsAsync(Caller caller, CancellationToken cancel)
    {
        var visible = caller.SeesAllLeads ? "" : "and l.owner_id = @UserId";
        var row = await database.Tenant(caller.OrganizationId).QueryFirstAsync<Row>(
            $"""
            select count(*)::int as total, (count(*) filter (where l.temperature = 'hot'))::int as hot,
                (count(*) filter (where l.temperature = 'warm'))::int as warm, (count(*) filter (where l.temperature = 'cold'))::int as cold,
                (select count(*)::int from notifications n where n.organization_id = @organizationId and n.user_id = @UserId and n.read_at is null) as unread,
                coalesce(sum(newest.value), 0) as portfolio, count(newest.value)::int as valued
            from leads l left join lateral (
                select p.value from property_values p where p.organization_id = @organizationId and p.lead_id = l.id
                order by p.as_of desc, p.id desc limit 1) newest on true
            where l.organization_id = @organizationId {visible}
            """, new { caller.UserId }, cancel);
        var recent = await notifications.ListAsync(caller, unread: null, new PageRequest(10, null), cancel);
        return new DashboardStats(
            new LeadCounts(row!.Total, row.Hot, row.Warm, row.Cold), row.Unread, row.Portfolio, row.Valued, recent.Items);
    }
}
