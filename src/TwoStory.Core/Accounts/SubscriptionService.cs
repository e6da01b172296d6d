using TwoStory.Core.Data;

namespace TwoStory.Core.Accounts;

/// <summary>The tier of an organization, its limits and its usage.</summary>
public sealed record Subscription(SubscriptionTier Tier, SubscriptionAmounts Limits, SubscriptionAmounts Used, SubscriptionPauses Paused);

/// <param name="Users">Users and open invitations.</param>
/// <param name="MonitoredLeads">Leads with at least one alert, including paused leads.</param>
/// <param name="Valuations">Valuations in the present calendar month, UTC.</param>
public sealed record SubscriptionAmounts(int Users, int MonitoredLeads, int Valuations);

/// <summary>Users and leads beyond the limits. They are kept and paused until the limits allow them.</summary>
/// <param name="Users">Paused users, who cannot sign in.</param>
/// <param name="MonitoredLeads">Paused leads, which the jobs skip.</param>
public sealed record SubscriptionPauses(int Users, int MonitoredLeads);

/// <param name="Tier">starter, team or brokerage.</param>
public sealed record SubscriptionChange(SubscriptionTier? Tier);

/// <summary>Reads and changes an organization's tier.</summary>
public sealed class SubscriptionService(Database database, SubscriptionLimits limits, SubscriptionOptions options, TimeProvider time)
{
    sealed record Row(SubscriptionTier SubscriptionTier, int Users, int Invitations, int MonitoredLeads, int Valuations, int PausedUsers, int PausedLeads);

    /// <exception cref="NotFoundException">The organization was removed.</exception>
    public async Task<Subscription> GetAsync(Guid organizationId, CancellationToken cancel)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var row = await database.Tenant(organizationId).QueryFirstAsync<Row>(
            """
            select o.subscription_tier,
                (select count(*)::int from users u where u.organization_id = @organizationId) as users,
                (select count(*)::int from invitations i
                    where i.organization_id = @organizationId and i.accepted_at is null and i.revoked_at is null and i.expires_at > @now) as invitations,
                o.monitored_leads,
                coalesce((select b.valuations from usage_budgets b
                    where b.organization_id = @organizationId and b.provider = 'rentcast' and b.month >= @month), 0) as valuations,
                (select count(*)::int from users u where u.organization_id = @organizationId and u.paused) as paused_users,
                (select count(*)::int from leads l where l.organization_id = @organizationId and l.monitoring_paused) as paused_leads
            from organizations o where o.id = @organizationId
            """, new { now, month = MonthlyCaps.FirstOfMonth(DateOnly.FromDateTime(now)) }, cancel)
            ?? throw new NotFoundException("organization_not_found", "The organization no longer exists.");
        var allowed = options.For(row.SubscriptionTier);
        return new Subscription(
            row.SubscriptionTier, new SubscriptionAmounts(allowed.Users, allowed.MonitoredLeads, allowed.Valuations),
            new SubscriptionAmounts(row.Users + row.Invitations, row.MonitoredLeads, row.Valuations), new SubscriptionPauses(row.PausedUsers, row.PausedLeads));
    }

    /// <summary>Changes the tier. Pauses users and leads beyond the new limits, resumes the others and deletes nothing.</summary>
    /// <exception cref="ValidationException">The tier is missing.</exception>
    public async Task<Subscription> ChangeAsync(Caller caller, SubscriptionChange change, CancellationToken cancel)
    {
        if (change.Tier is not { } tier) throw new ValidationException("tier", "must be one of starter, team, brokerage.");
        await database.Tenant(caller.OrganizationId).TransactAsync(async transaction =>
        {
            var locked = await limits.LockAsync(transaction, caller.OrganizationId);
            var changed = await transaction.ExecuteAsync(
                """
                update organizations set subscription_tier = @tier, version = version + 1, updated_at = now()
                where id = @OrganizationId and subscription_tier <> @tier
                """, new { caller.OrganizationId, tier = WireName.From(tier) });
            if (changed > 0) await AuditLog.AddAsync(transaction, caller.Did(AuditAction.SubscriptionChanged, detail: WireName.From(tier)));
            await SubscriptionLimits.PauseAsync(transaction, locked with { Limits = options.For(tier) });
            return tier;
        }, cancel);
        return await GetAsync(caller.OrganizationId, cancel);
    }
}
