using System.Globalization;
using TwoStory.Core.Data;

namespace TwoStory.Core.Accounts;

/// <summary>An organization whose row is locked: no other transaction adds a user or a monitored lead until this one ends.</summary>
/// <param name="MonitoredLeads">The number of monitored leads when the row was locked.</param>
sealed record LockedSubscription(Guid OrganizationId, TierLimits Limits, int MonitoredLeads);

/// <summary>
/// Enforces the limits of the tiers. A transaction that adds or removes users or monitored leads locks the row of the organization
/// before rows of users and leads, so that concurrent transactions run one after another and cannot deadlock.
/// </summary>
public sealed class SubscriptionLimits(Database database, SubscriptionOptions options, TimeProvider time)
{
    sealed record Row(SubscriptionTier SubscriptionTier, int MonitoredLeads);

    /// <exception cref="NotFoundException">The organization was removed.</exception>
    internal async Task<LockedSubscription> LockAsync(Transaction transaction, Guid organizationId)
    {
        // Unlike "for update", this lock does not block inserts that refer to the organization.
        var row = await transaction.QueryFirstAsync<Row>(
            "select subscription_tier, monitored_leads from organizations where id = @organizationId for no key update", new { organizationId })
            ?? throw new NotFoundException("organization_not_found", "The organization no longer exists.");
        return new LockedSubscription(organizationId, options.For(row.SubscriptionTier), row.MonitoredLeads);
    }

    /// <summary>Throws if the lead just written exceeds the limit. A lead that was already monitored does not count again.</summary>
    /// <exception cref="LimitReachedException">The limit is exceeded.</exception>
    internal static async Task RequireCapacityForLeadAsync(Transaction transaction, LockedSubscription locked)
    {
        var now = await transaction.QueryFirstAsync<int>("select monitored_leads from organizations where id = @OrganizationId", new { locked.OrganizationId });
        if (now > locked.MonitoredLeads && now > locked.Limits.MonitoredLeads)
        {
            throw LimitReachedException.MonitoredLeads(locked.MonitoredLeads, locked.Limits.MonitoredLeads);
        }
    }

    /// <summary>Throws if the user just written exceeds the limit.</summary>
    /// <exception cref="LimitReachedException">The limit is exceeded.</exception>
    internal static async Task RequireCapacityForUserAsync(Transaction transaction, LockedSubscription locked)
    {
        var users = await transaction.QueryFirstAsync<int>(
            "select count(*)::int from users where organization_id = @OrganizationId", new { locked.OrganizationId });
        if (users > locked.Limits.Users) throw LimitReachedException.Users(users - 1, locked.Limits.Users);
    }

    /// <summary>Throws if the invitation just written exceeds the limit. It has replaced an open one to the same address.</summary>
    /// <exception cref="LimitReachedException">The limit is exceeded.</exception>
    internal async Task RequireCapacityForInvitationAsync(Transaction transaction, LockedSubscription locked, Guid invitation)
    {
        var others = await transaction.QueryFirstAsync<int>(
            """
            select ((select count(*) from users where organization_id = @OrganizationId) + (
                select count(*) from invitations
                where organization_id = @OrganizationId and id <> @invitation and accepted_at is null and revoked_at is null and expires_at > @now))::int
            """, new { locked.OrganizationId, invitation, now = time.GetUtcNow().UtcDateTime });
        if (others >= locked.Limits.Users) throw LimitReachedException.Users(others, locked.Limits.Users);
    }

    /// <summary>Pauses the users and leads beyond the limits and resumes the others. Owners and the oldest users and leads stay active.</summary>
    internal static async Task PauseAsync(Transaction transaction, LockedSubscription locked)
    {
        await PauseUsersAsync(transaction, locked);
        await PauseLeadsAsync(transaction, locked);
    }

    /// <summary>Applies the limits to rows written by other means, such as an import, and after a change of the limits.</summary>
    public Task EnforceAsync(Guid organizationId, CancellationToken cancel) => database.Tenant(organizationId).TransactAsync(async transaction =>
    {
        var locked = await LockAsync(transaction, organizationId);
        await PauseAsync(transaction, locked);
        return locked;
    }, cancel);

    internal static Task<int> PauseUsersAsync(Transaction transaction, LockedSubscription locked) => transaction.ExecuteAsync(
        """
        update users u set paused = ranked.over
        from (
            select id, role <> 'owner' and row_number() over (order by role = 'owner' desc, created_at, id) > @Users as over
            from users where organization_id = @OrganizationId) ranked
        where u.organization_id = @OrganizationId and u.id = ranked.id and u.paused <> ranked.over
        """, new { locked.OrganizationId, locked.Limits.Users });

    // Leads are ranked only if there is a lead to pause or to resume.
    internal static Task PauseLeadsAsync(Transaction transaction, LockedSubscription locked) => transaction.ExecuteAsync(
        """
        update leads l set monitoring_paused = ranked.over
        from (
            select id, row_number() over (order by created_at, id) > @MonitoredLeads as over
            from leads where organization_id = @OrganizationId and (notify_nearby_sales or notify_value_changes)) ranked
        where l.organization_id = @OrganizationId and l.id = ranked.id and l.monitoring_paused <> ranked.over
          and (select o.monitored_leads > @MonitoredLeads or exists (
                  select from leads p where p.organization_id = @OrganizationId and p.monitoring_paused)
               from organizations o where o.id = @OrganizationId)
        """, new { locked.OrganizationId, locked.Limits.MonitoredLeads });
}

/// <summary>A limit of the organization's subscription is reached.</summary>
public sealed class LimitReachedException : ConflictException
{
    internal const string StableCode = "limit_reached";

    LimitReachedException(string limit, string message, int used, int allowed)
        : base(StableCode, message, new Dictionary<string, object?> { ["limit"] = limit, ["used"] = used, ["allowed"] = allowed }) { }

    internal static LimitReachedException Users(int used, int allowed) => new(
        "users",
        $"The subscription allows {Number(allowed)} users. {Number(used)} are in use with open invitations. Remove a user, revoke an invitation or upgrade.",
        used, allowed);

    internal static LimitReachedException MonitoredLeads(int used, int allowed) => new(
        "monitoredLeads",
        $"The subscription allows {Number(allowed)} monitored leads. {Number(used)} are in use. Turn off the alerts of some leads or upgrade.",
        used, allowed);

    internal static LimitReachedException Valuations(int used, int allowed) => new(
        "valuations",
        $"The subscription allows {Number(allowed)} valuations in a calendar month (UTC). {Number(used)} are used. Wait for the next month or upgrade.",
        used, allowed);

    static string Number(int number) => number.ToString("#,##0", CultureInfo.InvariantCulture);
}
