using Npgsql;
using TwoStory.Core.Accounts;
using TwoStory.Core.Data;

namespace TwoStory.Core.Leads;

/// <summary>
/// Reads a lead with the values and nearby sales of its present home; those of a former home are not shown. A lead that the caller
/// may not see does not exist for them.
/// </summary>
public sealed class LeadHistory(Database database)
{
    static readonly PageRequest Newest = new(PageRequest.MaxLimit, null);

    /// <summary>Reads the lead and the first page of both lists.</summary>
    /// <returns>Null if the caller sees no such lead.</returns>
    public Task<LeadDetail?> DetailAsync(Caller caller, Guid leadId, CancellationToken cancel) => database.Tenant(caller).BatchAsync(
        [LeadStore.Select(caller, leadId), SelectValues(leadId, Newest), SelectSales(leadId, Newest)],
        async results =>
        {
            if (await results.FirstAsync(LeadRow.Read) is not { } lead) return null;
            var values = ValuePage(await results.RowsAsync(ReadValue), Newest);
            return new LeadDetail(lead.Lead, values.Items, SalePage(await results.RowsAsync(ReadSale), Newest).Items);
        }, cancel);

    /// <summary>Newest first.</summary>
    /// <returns>Null if the caller sees no such lead.</returns>
    public Task<Page<HomeValue>?> ValuesAsync(Caller caller, Guid leadId, PageRequest page, CancellationToken cancel) => database.Tenant(caller).BatchAsync(
        [LeadStore.Select(caller, leadId), SelectValues(leadId, page)],
        async results => await results.FirstAsync(LeadRow.Read) is null ? null : ValuePage(await results.RowsAsync(ReadValue), page), cancel);

    /// <summary>Newest close date first.</summary>
    /// <returns>Null if the caller sees no such lead.</returns>
    public Task<Page<NearbySale>?> SalesAsync(Caller caller, Guid leadId, PageRequest page, CancellationToken cancel) => database.Tenant(caller).BatchAsync(
        [LeadStore.Select(caller, leadId), SelectSales(leadId, page)],
        async results => await results.FirstAsync(LeadRow.Read) is null ? null : SalePage(await results.RowsAsync(ReadSale), page), cancel);

    static TenantStatement SelectValues(Guid leadId, PageRequest page) => new(
        $"""
        select p.id, p.lead_id, p.value, p.range_low, p.range_high, p.source, p.as_of, coalesce(v.stale and c.value_id = p.id, false)
        from property_values p
        join leads l on l.organization_id = $1 and l.id = p.lead_id and l.home_version = p.home_version
        left join valuations v on v.organization_id = $1 and v.lead_id = p.lead_id and v.home_version = p.home_version
        left join current_values c on c.organization_id = $1 and c.lead_id = p.lead_id
        where p.organization_id = $1 and p.lead_id = $2 {(page.After is null ? "" : "and (p.as_of, p.id) < ($4, $5)")}
        order by p.as_of desc, p.id desc limit $3
        """, Values(leadId, page));

    static HomeValue ReadValue(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetGuid(1), row.GetDecimal(2), row.GetNullable<decimal?>(3), row.GetNullable<decimal?>(4), row.GetString(5),
        row.GetFieldValue<DateOnly>(6), row.GetBoolean(7));

    static Page<HomeValue> ValuePage(IReadOnlyList<HomeValue> rows, PageRequest page) =>
        Page.Create(rows, page.Limit, value => Position(value.AsOf, value.Id));

    // The distance from the present point of the lead, for sales that were found around another one.
    const string FromPoint = "miles_between(l.latitude, l.longitude, s.latitude, s.longitude)";

    const string IsMoved =
        "(s.lead_latitude is not null and (s.lead_latitude, s.lead_longitude) is distinct from (l.latitude, l.longitude))";

    // A sale found around a former point is shown if it is within the radius of the present one.
    static TenantStatement SelectSales(Guid leadId, PageRequest page) => new(
        $"""
        select s.id, s.lead_id, s.listing_key, s.listing_id, s.address, s.latitude, s.longitude, s.close_date, s.close_price,
            case when {IsMoved} then {FromPoint} else s.distance_miles end,
            s.bedrooms, s.bathrooms, s.square_feet, s.list_office_name, s.found_at
        from nearby_sales s
        join leads l on l.organization_id = $1 and l.id = s.lead_id
        join organizations o on o.id = $1
        where s.organization_id = $1 and s.lead_id = $2 {(page.After is null ? "" : "and (s.close_date, s.id) < ($4, $5)")}
          and (not {IsMoved} or {FromPoint} <= coalesce(l.radius_miles, o.radius_miles))
        order by s.close_date desc, s.id desc limit $3
        """, Values(leadId, page));

    static NearbySale ReadSale(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.GetNullable<string>(3), row.GetNullable<string>(4), row.GetDouble(5), row.GetDouble(6),
        row.GetFieldValue<DateOnly>(7), row.GetNullable<decimal?>(8), row.GetDouble(9), row.GetNullable<decimal?>(10), row.GetNullable<decimal?>(11),
        row.GetNullable<decimal?>(12), row.GetNullable<string>(13), row.GetDateTime(14));

    static Page<NearbySale> SalePage(IReadOnlyList<NearbySale> rows, PageRequest page) =>
        Page.Create(rows, page.Limit, sale => Position(sale.CloseDate, sale.Id));

    static object[] Values(Guid leadId, PageRequest page) => page.After is { } after
        ? [leadId, page.Limit + 1, DateOnly.FromDateTime(after.CreatedAt), after.Id]
        : [leadId, page.Limit + 1];

    static Cursor Position(DateOnly day, Guid id) => new(day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc), id);
}
