using Npgsql;
using TwoStory.Core.Accounts;
using TwoStory.Core.Alerts;
using TwoStory.Core.Data;
using TwoStory.Core.Email;

namespace TwoStory.Core.Reports;

/// <summary>The overview of a user. Its numbers match the lists.</summary>
/// <param name="UnreadNotifications">The caller's unread notifications.</param>
/// <param name="PortfolioValue">USD: the sum of the newest values of the leads' present homes.</param>
/// <param name="ValuedLeads">The number of leads with a value.</param>
/// <param name="RecentActivity">The caller's ten newest notifications.</param>
/// <param name="Emails">The organization's e-mails that have not arrived, for owners and admins; null for agents.</param>
public sealed record DashboardStats(
    LeadCounts Leads, int UnreadNotifications, decimal PortfolioValue, int ValuedLeads, IReadOnlyList<Notification> RecentActivity,
    EmailProblems? Emails = null);

/// <summary>E-mails of the last 30 days that have not arrived, or may not have.</summary>
/// <param name="Parked">Waiting until the mail provider accepts e-mails again.</param>
/// <param name="OutcomeUnknown">Not sent again, because the provider did not confirm them and may have sent them.</param>
/// <param name="Undelivered">Not accepted by the provider.</param>
/// <param name="Newest">The newest 20 with an unknown outcome or undelivered.</param>
public sealed record EmailProblems(int Parked, int OutcomeUnknown, int Undelivered, IReadOnlyList<UndeliveredEmail> Newest);

/// <param name="Kind">The kind of e-mail, such as <c>value_changes</c> or <c>password_reset</c>.</param>
/// <param name="Error">outcome_unknown, or the mail provider's name of the error.</param>
/// <param name="CreatedAt">UTC.</param>
public sealed record UndeliveredEmail(string Recipient, string Kind, string Error, DateTime CreatedAt);

public sealed record LeadCounts(int Total, int Hot, int Warm, int Cold);

/// <summary>Reads the overview: of the own leads for agents, of all leads of the organization for others.</summary>
public sealed class Dashboard(Database database)
{
    static readonly PageRequest Recent = new(10, null);

    sealed record EmailRow(
        string Recipient, string Kind, string Error, DateTime CreatedAt, long Parked, long OutcomeUnknown, bool IsParked, long Total);

    sealed record Counts(LeadCounts Leads, decimal Portfolio, int Valued);

    public Task<DashboardStats> StatsAsync(Caller caller, CancellationToken cancel) => database.Tenant(caller).BatchAsync(
        [
            SelectCounts(caller), NotificationStore.SelectUnread(caller), NotificationStore.Select(caller, unread: null, Recent),
            .. caller.SeesAllLeads ? [EmailProblemRows] : Array.Empty<TenantStatement>(),
        ],
        async results =>
        {
            var counts = await results.FirstAsync(ReadCounts);
            var unread = (int)await results.FirstAsync(row => row.GetInt64(0));
            var recent = await results.RowsAsync(NotificationStore.Read);
            return new DashboardStats(counts!.Leads, unread, counts.Portfolio, counts.Valued, [.. recent.Take(Recent.Limit)],
                caller.SeesAllLeads ? Problems(await results.RowsAsync(ReadEmail)) : null);
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

    static readonly TenantStatement EmailProblemRows = new(
        """
        select recipient, template, coalesce(error, ''), created_at, count(*) filter (where state = 'parked') over (),
            count(*) filter (where error = $2 and state = 'failed') over (), state = 'parked', count(*) over ()
        from email_outbox
        where organization_id = $1 and (state = 'parked' or (state = 'failed' and not canceled)) and created_at > now() - interval '30 days'
        order by state, created_at desc, id desc limit 20
        """, OutboxStore.OutcomeUnknown);

    static EmailRow ReadEmail(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetDateTime(3), row.GetInt64(4), row.GetInt64(5), row.GetBoolean(6), row.GetInt64(7));

    static EmailProblems Problems(IReadOnlyList<EmailRow> rows)
    {
        if (rows.Count == 0) return new EmailProblems(0, 0, 0, []);
        var (parked, unknown) = ((int)rows[0].Parked, (int)rows[0].OutcomeUnknown);
        return new EmailProblems(
            parked, unknown, (int)rows[0].Total - parked - unknown,
            [.. rows.Where(row => !row.IsParked).Select(row => new UndeliveredEmail(row.Recipient, row.Kind, row.Error, row.CreatedAt))]);
    }

    static Counts ReadCounts(NpgsqlDataReader row) =>
        new(new LeadCounts(row.GetInt32(0), row.GetInt32(1), row.GetInt32(2), row.GetInt32(3)), row.GetDecimal(4), row.GetInt32(5));
}
