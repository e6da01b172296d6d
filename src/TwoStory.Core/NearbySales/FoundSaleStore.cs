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
    /// <summary>Adds sales that are new for their lead; corrects the date and price of a known sale with the same listing key.</summary>
    /// <returns>The number of new sales.</returns>
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
        -- The same order in all batches: two batches with the same sales wait for each other without a deadlock.
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
}
