using TwoStory.Core.Accounts;
using TwoStory.Core.Providers;

namespace TwoStory.Core.Leads;

/// <summary>What can be said of a lead: everything of a new one, or an existing one with changes.</summary>
public sealed record NewLead
{
    /// <summary>Default: who asks.</summary>
    public Guid? OwnerId { get; init; }

    /// <summary>Required.</summary>
    public string? Name { get; init; }

    public string? Email { get; init; }
    public string? Phone { get; init; }
    public Address? Address { get; init; }

    /// <summary>Degrees; with the longitude it puts the home on the map by hand, else the address is looked up.</summary>
    public double? Latitude { get; init; }

    public double? Longitude { get; init; }
    public string? PropertyType { get; init; }
    public decimal? Bedrooms { get; init; }
    public decimal? Bathrooms { get; init; }
    public int? SquareFeet { get; init; }

    /// <summary>Default: warm.</summary>
    public Temperature? Temperature { get; init; }

    /// <summary>Default: true.</summary>
    public bool? NotifyNearbySales { get; init; }

    /// <summary>Default: true.</summary>
    public bool? NotifyValueChanges { get; init; }

    /// <summary>More than 0, at most 50; default: the organization's.</summary>
    public decimal? RadiusMiles { get; init; }

    /// <summary>Default: today, in the organization's time zone.</summary>
    public DateOnly? AlertsSince { get; init; }

    public string? Notes { get; init; }

    /// <summary>Whether to keep it although the same person or home is there already.</summary>
    public bool Force { get; init; }

    /// <summary>Whether to fill in from the home's public record what is left out: kind, rooms, size and place. For new leads only.</summary>
    public bool Enrich { get; init; }

    internal bool IsMonitored => NotifyNearbySales == true || NotifyValueChanges == true;

    internal static NewLead From(Lead lead) => new()
    {
        OwnerId = lead.OwnerId,
        Name = lead.Name,
        Email = lead.Email,
        Phone = lead.Phone,
        Address = lead.Address,
        Latitude = lead.Latitude,
        Longitude = lead.Longitude,
        PropertyType = lead.PropertyType,
        Bedrooms = lead.Bedrooms,
        Bathrooms = lead.Bathrooms,
        SquareFeet = lead.SquareFeet,
        Temperature = lead.Temperature,
        NotifyNearbySales = lead.NotifyNearbySales,
        NotifyValueChanges = lead.NotifyValueChanges,
        RadiusMiles = lead.RadiusMiles,
        AlertsSince = lead.AlertsSince,
        Notes = lead.Notes,
    };
}

/// <summary>What a lead must keep to.</summary>
static class LeadRules
{
    /// <returns>The same with white space trimmed and defaults filled in.</returns>
    /// <exception cref="ValidationException">Names every field that is wrong.</exception>
    public static NewLead Checked(NewLead lead, Caller caller, DateOnly today)
    {
        var errors = new FieldErrors();
        Home(errors, lead);
        errors.AddIf(lead.RadiusMiles is not (null or (>= 0.01m and <= 50)), "radiusMiles", "must be more than 0 and at most 50 miles.");
        errors.AddIf(
            lead.OwnerId is { } owner && owner != caller.UserId && !caller.SeesAllLeads, "ownerId", "must be yourself; admins may give leads to others.");
        var valid = lead with
        {
            OwnerId = lead.OwnerId ?? caller.UserId,
            Name = errors.Required("name", lead.Name, 200),
            Email = EmailAddress.Optional(errors, "email", lead.Email),
            Phone = errors.Optional("phone", lead.Phone, 50),
            Address = Checked(errors, lead.Address),
            PropertyType = errors.Optional("propertyType", lead.PropertyType, 100),
            Temperature = lead.Temperature ?? Temperature.Warm,
            NotifyNearbySales = lead.NotifyNearbySales ?? true,
            NotifyValueChanges = lead.NotifyValueChanges ?? true,
            AlertsSince = lead.AlertsSince ?? today,
            Notes = errors.Optional("notes", lead.Notes, 10_000),
        };
        errors.ThrowIfAny();
        return valid;
    }

    static void Home(FieldErrors errors, NewLead lead)
    {
        errors.AddIf(lead.Latitude is not (null or (>= -90 and <= 90)), "latitude", "must be −90 to 90 degrees.");
        errors.AddIf(lead.Longitude is not (null or (>= -180 and <= 180)), "longitude", "must be −180 to 180 degrees.");
        errors.AddIf(lead.Latitude is null && lead.Longitude is not null, "latitude", "must be given together with longitude.");
        errors.AddIf(lead.Longitude is null && lead.Latitude is not null, "longitude", "must be given together with latitude.");
        errors.AddIf(lead.Bedrooms is not (null or (>= 0 and <= 100)), "bedrooms", "must be 0 to 100.");
        errors.AddIf(lead.Bathrooms is not (null or (>= 0 and <= 99)), "bathrooms", "must be 0 to 99.");
        errors.AddIf(lead.SquareFeet is not (null or (>= 1 and <= 1_000_000)), "squareFeet", "must be 1 to 1,000,000.");
    }

    static Address Checked(FieldErrors errors, Address? address) => new(
        errors.Optional("address.street", address?.Street, 200),
        errors.Optional("address.unit", address?.Unit, 50),
        errors.Optional("address.city", address?.City, 100),
        errors.Optional("address.state", address?.State, 50),
        errors.Optional("address.postalCode", address?.PostalCode, 20));
}
