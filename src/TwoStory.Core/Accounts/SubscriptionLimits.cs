using System.Globalization;
using TwoStory.Core.Data;

namespace TwoStory.Core.Accounts;

/// <summary>An organization whose row is locked: nobody else adds a user or a monitored lead until the transaction ends.</summary>
/// <param name="MonitoredLeads">How many there were when it was locked.</param>
sealed record LockedSubscription(Guid OrganizationId, TierLimits Limits, int MonitoredLeads);

/// <summary>
/// Keeps organizations within their tiers. Whoever adds or frees a place holds the organization's row first, before users and
/// leads, so that parallel requests take turns and never wait for each other in a circle.
/// </summary>
public sealed class SubscriptionLimits(Database database, SubscriptionOptions options, TimeProvider time)
{
    sealed record Row(SubscriptionTier SubscriptionTier, int MonitoredLeads);

    /// <exception cref="NotFoundException">The organization was removed.</exception>
    internal async Task<LockedSubscription> LockAsync(Transaction transaction, Guid organizationId)
    {
        // Weaker than "for update", which would hold up every insert that refers to the organization.
        var row = await transaction.QueryFirstAsync<Row>(
            "select subscription_tier, monitored_leads from organizations where id = @organizationId for no key update", new { organizationId })
            ?? throw new NotFoundException("organization_not_found", "The organization does not exist any more.");
        return new LockedSubscription(organizationId, options.For(row.SubscriptionTier), row.MonitoredLeads);
    }

    /// <summary>Called after the lead was written: one that was there before takes no place.</summary>
    /// <exception cref="LimitReachedException">It is one too many.</exception>
    internal static async Task RequirePlaceForLeadAsync(Transaction transaction, LockedSubscription held)
    {
        var now = await transaction.QueryFirstAsync<int>("select monitored_leads from organizations where id = @OrganizationId", new { held.OrganizationId });
        if (now > held.MonitoredLeads && now > held.Limits.MonitoredLeads) throw LimitReachedException.MonitoredLeads(held.MonitoredLeads, held.Limits.MonitoredLeads);
    }

    /// <summary>Called after the user was written.</summary>
    /// <exception cref="LimitReachedException">They are one too many.</exception>
    internal static async Task RequirePlaceForUserAsync(Transaction transaction, LockedSubscription held)
    {
        var users = await transaction.QueryFirstAsync<int>("select count(*)::int from users where organization_id = @OrganizationId", new { held.OrganizationId });
        if (users > held.Limits.Users) throw LimitReachedException.Users(users - 1, held.Limits.Users);
    }

    /// <summary>Called after the invitation was written: it has taken the place of one to the same address.</summary>
    /// <exception cref="LimitReachedException">Users and other open invitations leave it no place.</exception>
    internal async Task RequireCapacityForInvitationAsync(Transaction transaction, LockedSubscription held, Guid invitation)
    {
        var others = await transaction.QueryFirstAsync<int>(
            """
            select ((select count(*) from users where organization_id = @OrganizationId) + (
                select count(*) from invitations
                where organization_id = @OrganizationId and id <> @invitation and accepted_at is null and revoked_at is null and expires_at > @now))::int
            """, new { held.OrganizationId, invitation, now = time.GetUtcNow().UtcDateTime });
        if (others >= held.Limits.Users) throw LimitReachedException.Users(others, held.Limits.Users);
    }

    /// <summary>Pauses what is over the limits, and nothing else: the oldest leads stay monitored, the oldest users and all owners can sign in.</summary>
    internal static async Task PauseAsync(Transaction transaction, LockedSubscription held)
    {
        await PauseUsersAsync(transaction, held);
        await PauseLeadsAsync(transaction, held);
    }

    /// <summary>Pauses what came in without asking, and lifts pauses after the limits themselves were changed.</summary>
    public Task StoreAsync(Guid organizationId, CancellationToken cancel) => database.Tenant(organizationId).TransactAsync(async transaction =>
    {
        var held = await LockAsync(transaction, organizationId);
        await PauseAsync(transaction, held);
        return held;
    }, cancel);

    internal static Task<int> PauseUsersAsync(Transaction transaction, LockedSubscription held) => transaction.ExecuteAsync(
        """
        update users u set paused = ranked.over
        from (
            select id, role <> 'owner' and row_number() over (order by role = 'owner' desc, created_at, id) > @Users as over
            from users where organization_id = @OrganizationId) ranked
        where u.organization_id = @OrganizationId and u.id = ranked.id and u.paused <> ranked.over
        """, new { held.OrganizationId, held.Limits.Users });

    // Leads are ranked only where there is something to pause or to lift.
    internal static Task PauseLeadsAsync(Transaction transaction, LockedSubscription held) => transaction.ExecuteAsync(
        """
        update leads l set monitoring_paused = ranked.over
        from (
            select id, row_number() over (order by created_at, id) > @MonitoredLeads as over
            from leads where organization_id = @OrganizationId and (notify_nearby_sales or notify_value_changes)) ranked
        where l.organization_id = @OrganizationId and l.id = ranked.id and l.monitoring_paused <> ranked.over
          and (select o.monitored_leads > @MonitoredLeads or exists (
                  select from leads p where p.organization_id = @OrganizationId and p.monitoring_paused)
               from organizations o where o.id = @OrganizationId)
        """, new { held.OrganizationId, held.Limits.MonitoredLeads });
}

/// <summary>The organization's subscription has no place left for this.</summary>
public sealed class LimitReachedException : ConflictException
{
    internal const string StableCode = "limit_reached";

    LimitReachedException(string limit, string message, int used, int allowed)
        : base(StableCode, message, new Dictionary<string, object?> { ["limit"] = limit, ["used"] = used, ["allowed"] = allowed }) { }

    internal static LimitReachedException Users(int used, int allowed) => new(
        "users", $"The subscription allows {Number(allowed)} users, and {Number(used)} places are taken, open invitations included. Remove a user, revoke an invitation, or go up a tier.",
        used, allowed);

    internal static LimitReachedException MonitoredLeads(int used, int allowed) => new(
        "monitoredLeads", $"The subscription allows {Number(allowed)} monitored leads, and {Number(used)} are monitored. Switch alerts off for some, or go up a tier.", used, allowed);

    internal static LimitReachedException Valuations(int used, int allowed) => new(
        "valuations", $"The subscription allows {Number(allowed)} valuations a calendar month (UTC), and {Number(used)} are used. Wait for the next month, or go up a tier.",
        used, allowed);

    static string Number(int number) => number.ToString("#,##0", CultureInfo.InvariantCulture);
}
