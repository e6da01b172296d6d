using TwoStory.Core.Data;

namespace TwoStory.Core.Leads;

/// <summary>Reads the values and nearby sales of a lead's present home; those of a former home are not shown. The caller of these methods checks access to the lead.</summary>
public sealed class LeadHistory(Database database)
{
    /// <summary>Newest first.</summary>
    public async Task<Page<HomeValue>> ValuesAsync(Guid organizationId, Guid leadId, PageRequest page, CancellationToken cancel)
    {
        var rows = await database.Tenant(organizationId).QueryAsync<HomeValue>(
            $"""
            select p.id, p.lead_id, p.value, p.range_low, p.range_high, p.source, p.as_of,
                coalesce(v.stale and not exists (select from property_values n
                    where n.organization_id = @organizationId and n.lead_id = p.lead_id and n.home_version = p.home_version
                      and (n.as_of, n.id) > (p.as_of, p.id)), false) as stale
            from property_values p
            join leads l on l.organization_id = @organizationId and l.id = p.lead_id and l.home_version = p.home_version
            left join valuations v on v.organization_id = @organizationId and v.lead_id = p.lead_id and v.home_version = p.home_version
            where p.organization_id = @organizationId and p.lead_id = @leadId {(page.After is null ? "" : "and (p.as_of, p.id) < (@day, @id)")}
            order by p.as_of desc, p.id desc limit @limit
            """, Parameters(leadId, page), cancel);
        return Page.Create(rows, page.Limit, value => Position(value.AsOf, value.Id));
    }

    // The lead's point as it is now, for sales that were found around another one.
    const string FromPoint = "miles_between(l.latitude, l.longitude, s.latitude, s.longitude)";

    // The accuracy of a point; a smaller difference is no move.
    const string IsMoved = $"({FromPoint} is null or abs({FromPoint} - s.distance_miles) > 0.01)";

    /// <summary>Newest close date first. A sale found around a former point is shown if it is within the radius of the present one.</summary>
    public async Task<Page<NearbySale>> SalesAsync(Guid organizationId, Guid leadId, PageRequest page, CancellationToken cancel)
    {
        var rows = await database.Tenant(organizationId).QueryAsync<NearbySale>(
            $"""
            select s.id, s.lead_id, s.listing_key, s.listing_id, s.address, s.latitude, s.longitude, s.close_date, s.close_price,
                case when {IsMoved} then {FromPoint} else s.distance_miles end as distance_miles,
                s.bedrooms, s.bathrooms, s.square_feet, s.list_office_name, s.found_at
            from nearby_sales s
            join leads l on l.organization_id = @organizationId and l.id = s.lead_id
            join organizations o on o.id = @organizationId
            where s.organization_id = @organizationId and s.lead_id = @leadId {(page.After is null ? "" : "and (s.close_date, s.id) < (@day, @id)")}
              and (not {IsMoved} or {FromPoint} <= coalesce(l.radius_miles, o.radius_miles))
            order by s.close_date desc, s.id desc limit @limit
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
