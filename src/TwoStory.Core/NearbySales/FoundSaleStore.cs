using TwoStory.Core.Data;

namespace TwoStory.Core.NearbySales;

/// <summary>Keeps what runs find, each sale once per lead.</summary>
static class FoundSaleStore
{
    const string Undecided =
        """
        select s.id, s.lead_id, s.listing_key, s.listing_id, s.sale_key, s.address, s.latitude, s.longitude, s.close_date, s.close_price,
            s.list_office_name, s.closed_from, s.closed_to,
            l.owner_id as lead_owner_id, l.name as lead_name, concat_ws(' ', l.street, l.unit) as lead_street, l.city as lead_city, l.latitude as lead_latitude, l.longitude as lead_longitude,
            l.location_precision as lead_precision, l.radius_miles::double precision, l.alerts_since, l.notify_nearby_sales,
            exists (select from notifications n
                where n.organization_id = s.organization_id and n.cause = 'nearby_sale:' || s.lead_id || ':' || s.sale_key)
            -- A row whose price is hidden and one with it are the same sale: the one with its price is told, whichever came first.
            or exists (select from nearby_sales o
                where o.organization_id = s.organization_id and o.lead_id = s.lead_id and o.close_date = s.close_date
                  and split_part(o.sale_key, ':', 1) = split_part(s.sale_key, ':', 1) and (o.close_price is null) <> (s.close_price is null)
                  and (s.close_price is null or o.decision = 'sold_nearby')) as already_told
        from nearby_sales s join leads l on l.organization_id = s.organization_id and l.id = s.lead_id
        """;

    // The lead first: whoever is deleting it has it already, and goes on to its sales.
    const string Locked = "for key share of l for update of s";

    /// <summary>What a run decides of sales that turned out not to be near a watched lead.</summary>
    public static readonly IReadOnlyCollection<string> NotNear = ["not_watched", "no_location", "outside_radius"];

    /// <summary>Keeps sales that are new for their lead; corrects the date and price of those known under the same listing key.</summary>
    /// <returns>How many were new.</returns>
    public static Task<int> AddAsync(Transaction transaction, Guid organizationId, Guid? runId, IReadOnlyList<FoundSale> found) => transaction.ExecuteAsync(
        """
        with found as (
            select * from unnest(
                @ids, @leads, @keys, @listingIds, @saleKeys, @addresses, @latitudes, @longitudes, @closeDates, @closePrices, @miles,
                @bedrooms, @bathrooms, @squareFeet, @offices, @closedFrom, @closedTo)
            as f (id, lead_id, listing_key, listing_id, sale_key, address, latitude, longitude, close_date, close_price, distance_miles,
                bedrooms, bathrooms, square_feet, list_office_name, closed_from, closed_to)
        ), present as (
            select l.id from leads l
            where l.organization_id = @organizationId and l.id = any (@leads)
            order by l.id
            for key share
        ), wrong as (
            -- Locked in the order in which whoever decides about them locks them.
            select s.id, s.lead_id, s.listing_key from found f
            join nearby_sales s on s.organization_id = @organizationId and s.lead_id = f.lead_id and s.listing_key = f.listing_key and s.sale_key <> f.sale_key
            order by s.lead_id, s.close_date desc, s.listing_key
            for update of s
        ), corrected as (
            update nearby_sales s
            set sale_key = f.sale_key, close_date = f.close_date, close_price = f.close_price, address = f.address, list_office_name = f.list_office_name
            from wrong w join found f on f.lead_id = w.lead_id and f.listing_key = w.listing_key
            where s.organization_id = @organizationId and s.id = w.id
              and not exists (select from nearby_sales o where o.lead_id = f.lead_id and o.sale_key = f.sale_key)
        )
        insert into nearby_sales (
            id, organization_id, lead_id, listing_key, listing_id, sale_key, address, latitude, longitude, close_date, close_price, distance_miles,
            bedrooms, bathrooms, square_feet, list_office_name, closed_from, closed_to, run_id)
        select f.id, @organizationId, f.lead_id, f.listing_key, f.listing_id, f.sale_key, f.address, f.latitude, f.longitude, f.close_date, f.close_price,
            f.distance_miles, f.bedrooms, f.bathrooms, f.square_feet, f.list_office_name, f.closed_from, f.closed_to, @runId
        from found f join present p on p.id = f.lead_id
        -- In one order for all: two batches that find the same sales wait for each other, and never in a circle.
        order by f.lead_id, f.sale_key
        on conflict do nothing
        """,
        new
        {
            organizationId,
            runId,
            ids = found.Select(_ => Guid.CreateVersion7()).ToArray(),
            leads = found.Select(sale => sale.LeadId).ToArray(),
            keys = found.Select(sale => sale.Listing.Key).ToArray(),
            listingIds = found.Select(sale => sale.Listing.Id).ToArray(),
            saleKeys = found.Select(sale => sale.SaleKey).ToArray(),
            addresses = found.Select(sale => sale.Listing.DisplayAddress).ToArray(),
            latitudes = found.Select(sale => sale.Listing.Latitude!.Value).ToArray(),
            longitudes = found.Select(sale => sale.Listing.Longitude!.Value).ToArray(),
            closeDates = found.Select(sale => sale.Listing.CloseDate!.Value).ToArray(),
            closePrices = found.Select(sale => sale.Listing.ClosePrice).ToArray(),
            miles = found.Select(sale => sale.DistanceMiles).ToArray(),
            bedrooms = found.Select(sale => sale.Listing.Bedrooms).ToArray(),
            bathrooms = found.Select(sale => sale.Listing.Bathrooms).ToArray(),
            squareFeet = found.Select(sale => sale.Listing.LivingArea).ToArray(),
            offices = found.Select(sale => sale.Listing.ListOfficeName).ToArray(),
            closedFrom = found.Select(sale => sale.ClosedFrom).ToArray(),
            closedTo = found.Select(sale => sale.ClosedTo).ToArray(),
        });

    /// <summary>The next sales near one agent's leads that nothing was decided about, lead by lead, locked until the transaction ends.</summary>
    /// <param name="transaction">The transaction of the decisions.</param>
    /// <param name="organizationId">The tenant.</param>
    /// <param name="agentId">The owner of the leads.</param>
    /// <param name="from">The last lead of the previous call; <see cref="Guid.Empty"/> at first. Locks are only taken in the order of leads.</param>
    /// <param name="limit">The most rows.</param>
    public static Task<IReadOnlyList<PendingSale>> PendingAsync(Transaction transaction, Guid organizationId, Guid agentId, Guid from, int limit) =>
        transaction.QueryAsync<PendingSale>(
            $"""
            {Undecided}
            where s.organization_id = @organizationId and l.owner_id = @agentId and s.decided_at is null and l.id >= @from
            order by l.id, s.close_date desc, s.listing_key
            limit @limit
            {Locked}
            """,
            new { organizationId, agentId, from, limit });

    /// <summary>What was found near one lead outside of a run, and nothing was decided about yet.</summary>
    public static Task<IReadOnlyList<PendingSale>> PendingForLeadAsync(Transaction transaction, Guid organizationId, Guid leadId) =>
        transaction.QueryAsync<PendingSale>(
            $"""
            {Undecided}
            where s.organization_id = @organizationId and s.lead_id = @leadId and s.run_id is null and s.decided_at is null
            order by s.close_date desc, s.listing_key
            {Locked}
            """,
            new { organizationId, leadId });

    /// <summary>
    /// Notes what was decided. What turned out not to be near a watched lead any more is no sale near it, and goes; so does the
    /// row without a price of a sale that is told with its price.
    /// </summary>
    /// <param name="transaction">Holds the sales.</param>
    /// <param name="organizationId">Whose.</param>
    /// <param name="decisions">The decision about each.</param>
    /// <param name="dropped">The reasons for which a sale goes.</param>
    public static Task DecideAsync(
        Transaction transaction, Guid organizationId, IReadOnlyList<(Guid SaleId, string Reason)> decisions, IReadOnlyCollection<string> dropped) => transaction.ExecuteAsync(
        """
        with decided as (select * from unnest(@ids, @reasons) as d (id, reason)),
        gone as (
            delete from nearby_sales s using decided d
            where s.organization_id = @organizationId and s.id = d.id
              and (d.reason = any (@dropped) or (d.reason = 'already_told' and s.close_price is null))
        )
        update nearby_sales s set decision = d.reason, decided_at = now() from decided d
        where s.organization_id = @organizationId and s.id = d.id and d.reason <> all (@dropped)
          and not (d.reason = 'already_told' and s.close_price is null)
        """,
        new { organizationId, ids = decisions.Select(d => d.SaleId).ToArray(), reasons = decisions.Select(d => d.Reason).ToArray(), dropped = dropped.ToArray() });

    /// <summary>The owners of leads with sales that nothing was decided about.</summary>
    public static Task<IReadOnlyList<Guid>> AgentsAsync(TenantDatabase tenant, CancellationToken cancel) => tenant.QueryAsync<Guid>(
        """
        select distinct l.owner_id from nearby_sales s join leads l on l.organization_id = s.organization_id and l.id = s.lead_id
        where s.organization_id = @organizationId and s.decided_at is null order by 1
        """,
        null, cancel);
}
