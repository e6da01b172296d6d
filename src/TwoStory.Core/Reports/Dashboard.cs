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

/// <summary>Computes the overview: of the own leads for agents, of all leads of the organization for others.</summary>
public sealed class Dashboard(Database database, NotificationStore notifications)
{
    sealed record Row(int Total, int Hot, int Warm, int Cold, int Unread, decimal Portfolio, int Valued);

    sealed record EmailRow(
        string Recipient, string Kind, string Error, DateTime CreatedAt, long Parked, long OutcomeUnknown, bool IsParked, long Total);

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
                select p.value from property_values p where p.organization_id = @organizationId and p.lead_id = l.id and p.home_version = l.home_version
                order by p.as_of desc, p.id desc limit 1) newest on true
            where l.organization_id = @organizationId {visible}
            """, new { caller.UserId }, cancel);
        var recent = await notifications.ListAsync(caller, unread: null, new PageRequest(10, null), cancel);
        return new DashboardStats(
            new LeadCounts(row!.Total, row.Hot, row.Warm, row.Cold), row.Unread, row.Portfolio, row.Valued, recent.Items,
            caller.SeesAllLeads ? await EmailsAsync(caller, cancel) : null);
    }

    async Task<EmailProblems> EmailsAsync(Caller caller, CancellationToken cancel)
    {
        var rows = await database.Tenant(caller.OrganizationId).QueryAsync<EmailRow>(
            """
            select recipient, template as kind, coalesce(error, '') as error, created_at, count(*) filter (where state = 'parked') over () as parked,
                count(*) filter (where error = @OutcomeUnknown and state = 'failed') over () as outcome_unknown, state = 'parked' as is_parked, count(*) over () as total
            from email_outbox
            where organization_id = @organizationId and (state = 'parked' or (state = 'failed' and not canceled)) and created_at > now() - interval '30 days'
            order by state, created_at desc, id desc limit 20
            """, new { OutboxStore.OutcomeUnknown }, cancel);
        if (rows.Count == 0) return new EmailProblems(0, 0, 0, []);
        var (parked, unknown) = ((int)rows[0].Parked, (int)rows[0].OutcomeUnknown);
        return new EmailProblems(
            parked, unknown, (int)rows[0].Total - parked - unknown,
            [.. rows.Where(row => !row.IsParked).Select(row => new UndeliveredEmail(row.Recipient, row.Kind, row.Error, row.CreatedAt))]);
    }
}
