using Npgsql;
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

/// <summary>Reads the overview: of the own leads for agents, of all leads of the organization for others.</summary>
public sealed class Dashboard(Database database)
{
    static readonly PageRequest Recent = new(10, null);

    sealed record Counts(LeadCounts Leads, decimal Portfolio, int Valued);

    public Task<DashboardStats> StatsAsync(Caller caller, CancellationToken cancel) => database.Tenant(caller).BatchAsync(
        [SelectCounts(caller), NotificationStore.SelectUnread(caller), NotificationStore.Select(caller, unread: null, Recent)],
        async results =>
        {
            var counts = await results.FirstAsync(ReadCounts);
            var unread = (int)await results.FirstAsync(row => row.GetInt64(0));
            var recent = await results.RowsAsync(NotificationStore.Read);
            return new DashboardStats(counts!.Leads, unread, counts.Portfolio, counts.Valued, [.. recent.Take(Recent.Limit)]);
        }, cancel);

    static TenantStatement SelectCounts(Caller caller)
    {
        var sql =
            $"""
            select coalesce(sum(leads), 0)::int, coalesce(sum(leads) filter (where temperature = 'hot'), 0)::int,
                coalesce(sum(leads) filter (where temperature = 'warm'), 0)::int, coalesce(sum(leads) filter (where temperature = 'cold'), 0)::int,
                coalesce(sum(portfolio), 0), coalesce(sum(valued), 0)::int
            from lead_counts where organization_id = $1 {(caller.SeesAllLeads ? "" : "and owner_id = $2")}
            """;
        return caller.SeesAllLeads ? new(sql) : new(sql, caller.UserId);
    }

    static Counts ReadCounts(NpgsqlDataReader row) =>
        new(new LeadCounts(row.GetInt32(0), row.GetInt32(1), row.GetInt32(2), row.GetInt32(3)), row.GetDecimal(4), row.GetInt32(5));
}
