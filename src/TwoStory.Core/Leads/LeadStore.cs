using TwoStory.Core.Accounts;
using TwoStory.Core.Data;

namespace TwoStory.Core.Leads;

/// <summary>Selects leads of a list.</summary>
/// <param name="OwnerId">The owner; null for all leads that the caller sees.</param>
/// <param name="Text">A part of the name, e-mail address, phone number or address, in any case.</param>
public sealed record LeadFilter(Temperature? Temperature, Guid? OwnerId, string? Text);

/// <summary>Reads and writes leads. Statements of an agent see only their own leads.</summary>
public sealed class LeadStore(Database database)
{
    const string SearchText = "concat_ws(' ', name, email, phone, street, unit, city, state, postal_code)";

    /// <summary>Newest first.</summary>
    public async Task<Page<Lead>> ListAsync(Caller caller, LeadFilter filter, PageRequest page, CancellationToken cancel)
    {
        var values = new List<object> { page.Limit + 1 };
        string Value(object value)
        {
            values.Add(value);
            return $"${values.Count + 1}";
        }
        var sql =
            $"""
            select {LeadRow.Columns} from leads
            where organization_id = $1 {(caller.SeesAllLeads ? "" : $"and owner_id = {Value(caller.UserId)}")}
              {(filter.OwnerId is not { } owner ? "" : $"and owner_id = {Value(owner)}")}
              {(filter.Temperature is not { } temperature ? "" : $"and temperature = {Value(WireName.From(temperature))}")}
              {(filter.Text is not { } text ? "" : $"and {SearchText} ilike {Value($"%{EscapePattern(text)}%")}")}
              {(page.After is not { } after ? "" : $"and (created_at, id) < ({Value(after.CreatedAt)}, {Value(after.Id)})")}
            order by created_at desc, id desc limit $2
            """;
        var rows = await database.Tenant(caller).RowsAsync(new TenantStatement(sql, [.. values]), LeadRow.Read, cancel);
        return Page.Create([.. rows.Select(row => row.Lead)], page.Limit, lead => new Cursor(lead.CreatedAt, lead.Id));
    }

    /// <summary>Selects a lead that the caller sees, to be read by <see cref="LeadRow.Read"/>.</summary>
    internal static TenantStatement Select(Caller caller, Guid id) => caller.SeesAllLeads
        ? new($"select {LeadRow.Columns} from leads where organization_id = $1 and id = $2", id)
        : new($"select {LeadRow.Columns} from leads where organization_id = $1 and id = $2 and owner_id = $3", id, caller.UserId);

    /// <returns>Null if the caller sees no such lead.</returns>
    public async Task<Lead?> FindAsync(Caller caller, Guid id, CancellationToken cancel)
    {
        var rows = await database.Tenant(caller).RowsAsync(Select(caller, id), LeadRow.Read, cancel);
        return rows.Count > 0 ? rows[0].Lead : null;
    }

    /// <returns>The new lead, or the existing lead with this id.</returns>
    internal static async Task<Lead> AddAsync(Transaction transaction, Guid organizationId, Guid id, NewLead lead, LeadLocation location)
    {
        var row = await transaction.QueryFirstAsync<LeadRow>(
            $"""
            insert into leads (
                id, organization_id, owner_id, name, email, phone, street, unit, city, state, postal_code, home_key, latitude, longitude,
                location_precision, property_type, bedrooms, bathrooms, square_feet, temperature, notify_nearby_sales, notify_value_changes,
                radius_miles, alerts_since, notes)
            values (
                @id, @organizationId, @OwnerId, @Name, @Email, @Phone, @Street, @Unit, @City, @State, @PostalCode, @homeKey, @Latitude, @Longitude,
                @precision, @PropertyType, @Bedrooms, @Bathrooms, @SquareFeet, @temperature, @NotifyNearbySales, @NotifyValueChanges,
                @RadiusMiles, @AlertsSince, @Notes)
            on conflict (id) do update set id = excluded.id
            returning {LeadRow.Columns}
            """, LeadRow.Parameters(organizationId, id, lead, location));
        return row!.Lead;
    }

    /// <returns>Null if the version of the lead is no longer <paramref name="version"/>.</returns>
    internal static async Task<Lead?> UpdateAsync(Transaction transaction, Guid organizationId, Guid id, int version, NewLead lead, LeadLocation location)
    {
        var row = await transaction.QueryFirstAsync<LeadRow>(
            $"""
            update leads set
                owner_id = @OwnerId, name = @Name, email = @Email, phone = @Phone, street = @Street, unit = @Unit, city = @City, state = @State,
                postal_code = @PostalCode, home_key = @homeKey, latitude = @Latitude, longitude = @Longitude, location_precision = @precision,
                property_type = @PropertyType, bedrooms = @Bedrooms, bathrooms = @Bathrooms, square_feet = @SquareFeet, temperature = @temperature,
                notify_nearby_sales = @NotifyNearbySales, notify_value_changes = @NotifyValueChanges,
                monitoring_paused = monitoring_paused and (@NotifyNearbySales or @NotifyValueChanges), radius_miles = @RadiusMiles,
                alerts_since = @AlertsSince, notes = @Notes, version = version + 1, updated_at = now()
            where organization_id = @organizationId and id = @id and version = @version
            returning {LeadRow.Columns}
            """, LeadRow.Parameters(organizationId, id, lead, location, version));
        return row?.Lead;
    }

    /// <param name="version">The required version; null for any.</param>
    /// <returns>True if the lead was deleted.</returns>
    internal static async Task<bool> DeleteAsync(Transaction transaction, Caller caller, Guid id, int? version)
    {
        var deleted = await transaction.ExecuteAsync(
            $"""
            delete from leads where organization_id = @OrganizationId and id = @id {Visible(caller)} {(version is null ? "" : "and version = @version")}
            """, new { caller.OrganizationId, caller.UserId, id, version });
        return deleted > 0 && await AuditLog.AddAsync(transaction, caller.Did(AuditAction.LeadDeleted, id)) > 0;
    }

    static string Visible(Caller caller) => caller.SeesAllLeads ? "" : "and owner_id = @UserId";

    static string EscapePattern(string text) =>
        text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal);
}
