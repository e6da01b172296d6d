using TwoStory.Core.Data;
using TwoStory.Core.Providers.Spark;

namespace TwoStory.Core.NearbySales;

/// <summary>A closed sale within the radius of a lead.</summary>
/// <param name="DistanceMiles">Great-circle miles from the lead's home.</param>
/// <param name="ClosedFrom">The first close date of the run's window, inclusive.</param>
/// <param name="ClosedTo">The last close date of the window, inclusive.</param>
sealed record FoundSale(Guid LeadId, Listing Listing, string SaleKey, double DistanceMiles, DateOnly ClosedFrom, DateOnly ClosedTo);

/// <summary>Stores sales, each once per lead.</summary>
static class FoundSaleStore
{
    const string Found =
        """
        with found as (
            select * from unnest(
                @ids, @leads, @keys, @listingIds, @saleKeys, @addresses, @latitudes, @longitudes, @closeDates, @closePrices, @miles,
                @bedrooms, @bathrooms, @squareFeet, @offices, @closedFrom, @closedTo)
            as f (id, lead_id, listing_key, listing_id, sale_key, address, latitude, longitude, close_date, close_price, distance_miles,
                bedrooms, bathrooms, square_feet, list_office_name, closed_from, closed_to)
        )
        """;

    // In the order in which decisions lock sales.
    const string Lock =
        $"""
        {Found}
        select s.id from found f
        join nearby_sales s on s.organization_id = @organizationId and s.lead_id = f.lead_id and s.listing_key = f.listing_key and s.sale_key <> f.sale_key
        order by s.lead_id, s.close_date desc, s.listing_key
        for update of s
        """;

    // Of several rows that become the same sale, the decided one is kept: its notification exists.
    const string Correct =
        $"""
        {Found}, corrected as (
            select distinct on (f.lead_id, f.sale_key) s.id as sale_id, f.* from found f
            join nearby_sales s on s.organization_id = @organizationId and s.lead_id = f.lead_id and s.listing_key = f.listing_key
            where s.id = any (@wrong) and not exists (
                select from nearby_sales o
                where o.organization_id = @organizationId and o.lead_id = f.lead_id and o.sale_key = f.sale_key)
            order by f.lead_id, f.sale_key, s.decided_at nulls last, s.id
        )
        update nearby_sales s
        set sale_key = c.sale_key, close_date = c.close_date, close_price = c.close_price, address = c.address, list_office_name = c.list_office_name,
            closed_from = c.closed_from, closed_to = c.closed_to,
            -- The corrected date may be inside the time of the lead's alerts.
            decision = case when p.pending then null else s.decision end,
            decided_at = case when p.pending then null else s.decided_at end,
            run_id = case when p.pending then @runId else s.run_id end
        from corrected c
        cross join lateral (
            select exists (
                select from nearby_sales o
                where o.id = c.sale_id and o.close_date <> c.close_date
                  and o.decision in ('before_alerts_since', 'outside_window', 'not_closed_yet')) as pending) p
        where s.organization_id = @organizationId and s.id = c.sale_id
        """;

    // A pending row under another listing key of a corrected sale would become a second notification of that sale.
    const string RemoveDuplicates =
        $"""
        {Found}
        delete from nearby_sales s using found f
        where s.organization_id = @organizationId and s.id = any (@wrong) and s.decided_at is null
          and s.lead_id = f.lead_id and s.listing_key = f.listing_key and s.sale_key <> f.sale_key
        """;

    const string Insert =
        $"""
        {Found}, present as (
            select l.id, l.latitude, l.longitude from leads l
            where l.organization_id = @organizationId and l.id = any (@leads)
            order by l.id
            for key share
        )
        insert into nearby_sales (
            id, organization_id, lead_id, listing_key, listing_id, sale_key, address, latitude, longitude, close_date, close_price, distance_miles,
            bedrooms, bathrooms, square_feet, list_office_name, closed_from, closed_to, run_id, lead_latitude, lead_longitude)
        select f.id, @organizationId, f.lead_id, f.listing_key, f.listing_id, f.sale_key, f.address, f.latitude, f.longitude, f.close_date, f.close_price,
            f.distance_miles, f.bedrooms, f.bathrooms, f.square_feet, f.list_office_name, f.closed_from, f.closed_to, @runId, p.latitude, p.longitude
        from found f join present p on p.id = f.lead_id
        -- The same order in all batches: two batches with the same sales wait for each other without a deadlock.
        order by f.lead_id, f.sale_key
        on conflict do nothing
        """;

    /// <summary>
    /// Corrects the date and price of known sales with the same listing key, then adds sales that are new for their lead. One statement
    /// could do both only if no inserted sale equaled a corrected one.
    /// </summary>
    /// <returns>The number of new sales.</returns>
    public static async Task<int> AddAsync(Transaction transaction, Guid organizationId, Guid? runId, IReadOnlyList<FoundSale> found)
    {
        var rows = new
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
        };
        await LockLeadsAsync(transaction, organizationId, rows.leads);
        var wrong = await transaction.QueryAsync<Guid>(Lock, rows);
        if (wrong.Count > 0)
        {
            var parameters = new Dapper.DynamicParameters(rows);
            parameters.Add("wrong", wrong.ToArray());
            await transaction.ExecuteAsync(Correct, parameters);
            await transaction.ExecuteAsync(RemoveDuplicates, parameters);
        }
        return await transaction.ExecuteAsync(Insert, rows);
    }

    // A transaction that deletes a lead locks it before its sales.
    static Task LockLeadsAsync(Transaction transaction, Guid organizationId, Guid[] leads) => transaction.ExecuteAsync(
        "select from leads where organization_id = @organizationId and id = any (@leads) order by id for key share", new { organizationId, leads });
}
