using Npgsql;
using TwoStory.Core.Data;
using TwoStory.Core.Providers;

namespace TwoStory.Core.Leads;

/// <summary>A row of <c>leads</c>.</summary>
sealed record LeadRow(
    Guid Id, Guid OwnerId, string Name, string? Email, string? Phone, string? Street, string? Unit, string? City, string? State, string? PostalCode,
    double? Latitude, double? Longitude, LocationPrecision LocationPrecision, string? PropertyType, decimal? Bedrooms, decimal? Bathrooms, int? SquareFeet,
    Temperature Temperature, bool NotifyNearbySales, bool NotifyValueChanges, bool MonitoringPaused, decimal? RadiusMiles, DateOnly AlertsSince,
    string? Notes, int Version, DateTime CreatedAt, DateTime UpdatedAt)
{
    public const string Columns =
        """
        id, owner_id, name, email, phone, street, unit, city, state, postal_code, latitude, longitude, location_precision,
        property_type, bedrooms, bathrooms, square_feet, temperature, notify_nearby_sales, notify_value_changes, monitoring_paused, radius_miles,
        alerts_since, notes, version, created_at, updated_at
        """;

    /// <summary>Reads <see cref="Columns"/>.</summary>
    public static LeadRow Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.GetNullable<string>(3), row.GetNullable<string>(4),
        row.GetNullable<string>(5), row.GetNullable<string>(6), row.GetNullable<string>(7), row.GetNullable<string>(8), row.GetNullable<string>(9),
        row.GetNullable<double?>(10), row.GetNullable<double?>(11), WireName.Parse<LocationPrecision>(row.GetString(12)), row.GetNullable<string>(13),
        row.GetNullable<decimal?>(14), row.GetNullable<decimal?>(15), row.GetNullable<int?>(16), WireName.Parse<Temperature>(row.GetString(17)),
        row.GetBoolean(18), row.GetBoolean(19), row.GetBoolean(20), row.GetNullable<decimal?>(21), row.GetFieldValue<DateOnly>(22),
        row.GetNullable<string>(23), row.GetInt32(24), row.GetDateTime(25), row.GetDateTime(26));

    public Lead Lead => new()
    {
        Id = Id,
        OwnerId = OwnerId,
        Name = Name,
        Email = Email,
        Phone = Phone,
        Address = new Address(Street, Unit, City, State, PostalCode),
        Latitude = Latitude,
        Longitude = Longitude,
        LocationPrecision = LocationPrecision,
        PropertyType = PropertyType,
        Bedrooms = Bedrooms,
        Bathrooms = Bathrooms,
        SquareFeet = SquareFeet,
        Temperature = Temperature,
        NotifyNearbySales = NotifyNearbySales,
        NotifyValueChanges = NotifyValueChanges,
        MonitoringPaused = MonitoringPaused,
        RadiusMiles = RadiusMiles,
        AlertsSince = AlertsSince,
        Notes = Notes,
        Version = Version,
        CreatedAt = CreatedAt,
        UpdatedAt = UpdatedAt,
    };

    /// <summary>The statement parameters of a validated lead and its location.</summary>
    public static object Parameters(Guid organizationId, Guid id, NewLead lead, LeadLocation location, int version = 0) => new
    {
        organizationId,
        id,
        lead.OwnerId,
        lead.Name,
        lead.Email,
        lead.Phone,
        lead.Address!.Street,
        lead.Address.Unit,
        lead.Address.City,
        lead.Address.State,
        lead.Address.PostalCode,
        homeKey = AddressKey.From(lead.Address),
        location.Latitude,
        location.Longitude,
        precision = WireName.From(location.Precision),
        lead.PropertyType,
        lead.Bedrooms,
        lead.Bathrooms,
        lead.SquareFeet,
        temperature = WireName.From(lead.Temperature!.Value),
        lead.NotifyNearbySales,
        lead.NotifyValueChanges,
        lead.RadiusMiles,
        lead.AlertsSince,
        lead.Notes,
        version,
    };
}
