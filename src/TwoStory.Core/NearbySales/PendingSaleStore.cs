using TwoStory.Core.Data;

namespace TwoStory.Core.NearbySales;

/// <summary>Reads sales without a decision, and stores decisions.</summary>
static class PendingSaleStore
{
    const string Pending =
        """
        select s.id, s.lead_id, s.listing_key, s.listing_id, s.sale_key, s.address, s.latitude, s.longitude, s.close_date, s.close_price,
            s.list_office_name, s.closed_from, s.closed_to,
            l.owner_id as lead_owner_id, l.name as lead_name, concat_ws(' ', l.street, l.unit) as lead_street, l.city as lead_city,
            l.latitude as lead_latitude, l.longitude as lead_longitude, l.location_precision as lead_precision,
            l.radius_miles::double precision, l.alerts_since, l.notify_nearby_sales,
            exists (select from notifications n
                where n.organization_id = s.organization_id and n.cause = 'nearby_sale:' || s.lead_id || ':' || s.sale_key)
            -- A row with a price and one without may be the same sale: the one with the price becomes the notification, in any order.
            or exists (select from nearby_sales o
                where o.organization_id = s.organization_id and o.lead_id = s.lead_id and o.close_date = s.close_date
                  and split_part(o.sale_key, ':', 1) = split_part(s.sale_key, ':', 1) and (o.close_price is null) <> (s.close_price is null)
                  and (s.close_price is null or o.decision = 'sold_nearby')) as already_notified
        from nearby_sales s join leads l on l.organization_id = s.organization_id and l.id = s.lead_id
        """;

    // The lead is locked first: a transaction that deletes a lead locks it before its sales.
    const string Locked = "for key share of l for update of s";

    /// <summary>Lists and locks the next pending sales near the leads of one agent, grouped by lead.</summary>
    /// <param name="transaction">The transaction of the decisions.</param>
    /// <param name="organizationId">The organization.</param>
    /// <param name="agentId">The owner of the leads.</param>
    /// <param name="from">The last lead of the previous call; <see cref="Guid.Empty"/> at first. Locks are taken in the order of leads only.</param>
    /// <param name="limit">The maximum number of rows.</param>
    public static Task<IReadOnlyList<PendingSale>> ListAsync(Transaction transaction, Guid organizationId, Guid agentId, Guid from, int limit) =>
        transaction.QueryAsync<PendingSale>(
            $"""
            {Pending}
            where s.organization_id = @organizationId and l.owner_id = @agentId and s.decided_at is null and l.id >= @from
            order by l.id, s.close_date desc, s.listing_key
            limit @limit
            {Locked}
            """,
            new { organizationId, agentId, from, limit });

    /// <summary>Lists and locks the pending sales near one lead that were found outside of a run.</summary>
    public static Task<IReadOnlyList<PendingSale>> ListForLeadAsync(Transaction transaction, Guid organizationId, Guid leadId) =>
        transaction.QueryAsync<PendingSale>(
            $"""
            {Pending}
            where s.organization_id = @organizationId and s.lead_id = @leadId and s.run_id is null and s.decided_at is null
            order by s.close_date desc, s.listing_key
            {Locked}
            """,
            new { organizationId, leadId });

    /// <summary>
    /// Stores decisions. Deletes sales with one of the given reasons, and rows without a price whose sale has a notification with
    /// its price.
    /// </summary>
    /// <param name="transaction">A transaction that locks the sales.</param>
    /// <param name="organizationId">The organization of the sales.</param>
    /// <param name="decisions">The decision on each sale.</param>
    /// <param name="deleted">The reasons for which a sale is deleted.</param>
    public static Task DecideAsync(
        Transaction transaction, Guid organizationId, IReadOnlyList<(Guid SaleId, string Reason)> decisions, IReadOnlyCollection<string> deleted) =>
        transaction.ExecuteAsync(
        """
        with decided as (select * from unnest(@ids, @reasons) as d (id, reason)),
        removed as (
            delete from nearby_sales s using decided d
            where s.organization_id = @organizationId and s.id = d.id
              and (d.reason = any (@deleted) or (d.reason = 'already_told' and s.close_price is null))
        )
        update nearby_sales s set decision = d.reason, decided_at = now() from decided d
        where s.organization_id = @organizationId and s.id = d.id and d.reason <> all (@deleted)
          and not (d.reason = 'already_told' and s.close_price is null)
        """,
        new
        {
            organizationId,
            ids = decisions.Select(d => d.SaleId).ToArray(),
            reasons = decisions.Select(d => d.Reason).ToArray(),
            deleted = deleted.ToArray(),
        });

    /// <summary>
    /// Makes decided sales pending whose reason no longer holds: the lead's alerts now begin earlier, or the lead is monitored again.
    /// The rules decide on all of them, so each call ends.
    /// </summary>
    /// <param name="transaction">The transaction of the decisions.</param>
    /// <param name="organizationId">The organization.</param>
    /// <param name="leadId">The only lead; null for all.</param>
    public static Task ReopenAsync(Transaction transaction, Guid organizationId, Guid? leadId) => transaction.ExecuteAsync(
        """
        with outdated as (
            select s.id from nearby_sales s join leads l on l.organization_id = s.organization_id and l.id = s.lead_id
            where s.organization_id = @organizationId and (@leadId::uuid is null or s.lead_id = @leadId) and l.notify_nearby_sales
              and (s.decision = 'not_watched' or (s.decision = 'before_alerts_since' and s.close_date >= l.alerts_since))
            order by l.id, s.close_date desc, s.listing_key
            for key share of l for update of s
        )
        update nearby_sales s set decision = null, decided_at = null, run_id = case when @leadId::uuid is null then s.run_id end
        from outdated o where s.organization_id = @organizationId and s.id = o.id
        """, new { organizationId, leadId });

    /// <summary>Lists the owners of leads with pending sales.</summary>
    public static Task<IReadOnlyList<Guid>> AgentsAsync(TenantDatabase tenant, CancellationToken cancel) => tenant.QueryAsync<Guid>(
        """
        select distinct l.owner_id from nearby_sales s join leads l on l.organization_id = s.organization_id and l.id = s.lead_id
        where s.organization_id = @organizationId and s.decided_at is null order by 1
        """,
        null, cancel);
}
