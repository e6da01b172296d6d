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
