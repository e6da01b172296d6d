using TwoStory.Core.Data;

namespace TwoStory.Core.Leads;

/// <summary>Reads the values and nearby sales of a lead. The caller of these methods checks access to the lead.</summary>
public sealed class LeadHistory(Database database)
{
    /// <summary>Newest first.</summary>
    public async Task<Page<HomeValue>> ValuesAsync(Guid organizationId, Guid leadId, PageRequest page, CancellationToken cancel)
    {
        var rows = await database.Tenant(organizationId).QueryAsync<HomeValue>(
            $"""
            select p.id, p.lead_id, p.value, p.range_low, p.range_high, p.source, p.as_of,
                coalesce(v.stale and not exists (select from property_values n
                    where n.organization_id = @organizationId and n.lead_id = p.lead_id and (n.as_of, n.id) > (p.as_of, p.id)), false) as stale
            from property_values p left join valuations v on v.organization_id = @organizationId and v.lead_id = p.lead_id
            where p.organization_id = @organizationId and p.lead_id = @leadId {(page.After is null ? "" : "and (p.as_of, p.id) < (@day, @id)")}
            order by p.as_of desc, p.id desc limit @limit
            """, Parameters(leadId, page), cancel);
        return Page.Create(rows, page.Limit, value => Position(value.AsOf, value.Id));
    }

    /// <summary>Newest close date first.</summary>
    public async Task<Page<NearbySale>> SalesAsync(Guid organizationId, Guid leadId, PageRequest page, CancellationToken cancel)
    {
        var rows = await database.Tenant(organizationId).QueryAsync<NearbySale>(
            $"""
            select id, lead_id, listing_key, listing_id, address, latitude, longitude, close_date, close_price, distance_miles,
                bedrooms, bathrooms, square_feet, list_office_name, found_at
            from nearby_sales
            where organization_id = @organizationId and lead_id = @leadId {(page.After is null ? "" : "and (close_date, id) < (@day, @id)")}
            order by close_date desc, id desc limit @limit
            """, Parameters(leadId, page), cancel);
        return Page.Create(rows, page.Limit, sale => Position(sale.CloseDate, sale.Id));
    }

    static object Parameters(Guid leadId, PageRequest page) => new
    {
        leadId,
        day = page.After is null ? default(DateOnly?) : DateOnly.FromDateTime(page.After.CreatedAt),
        id = page.After?.Id,
        limit = page.Limit + 1,
    };

    static Cursor Position(DateOnly day, Guid id) => new(day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc), id);
}
