using TwoStory.Core.Accounts;
using TwoStory.Core.Providers;

namespace TwoStory.Core.Leads;

/// <summary>The fields of a new lead, or the changed fields of an existing one.</summary>
public sealed record NewLead
{
    /// <summary>Default: the caller.</summary>
    public Guid? OwnerId { get; init; }

    /// <summary>Required.</summary>
    public string? Name { get; init; }

    public string? Email { get; init; }
    public string? Phone { get; init; }
    public Address? Address { get; init; }

    /// <summary>Degrees, together with the longitude. Without them the address is geocoded.</summary>
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

    /// <summary>More than 0, at most 50; default: the radius of the organization.</summary>
    public decimal? RadiusMiles { get; init; }

    /// <summary>Default: today, in the organization's time zone.</summary>
    public DateOnly? AlertsSince { get; init; }

    public string? Notes { get; init; }

    /// <summary>True to store the lead even if the organization already has the same person or home.</summary>
    public bool Force { get; init; }

    /// <summary>True to fill in missing fields from the public record of the home: property type, rooms, size and location. New leads only.</summary>
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

/// <summary>The rules for leads.</summary>
static class LeadRules
{
    /// <returns>The lead with trimmed texts and default values.</returns>
    /// <exception cref="ValidationException">At least one field is invalid.</exception>
    public static NewLead Validated(NewLead lead, Caller caller, DateOnly today)
    {
        var errors = new FieldErrors();
        ValidateHome(errors, lead);
        errors.AddIf(lead.RadiusMiles is not (null or (>= 0.01m and <= 50)), "radiusMiles", "must be more than 0 and at most 50 miles.");
        errors.AddIf(
            lead.OwnerId is { } owner && owner != caller.UserId && !caller.SeesAllLeads, "ownerId",
            "must be your own id. Only admins and owners can assign leads to other users.");
        var valid = lead with
        {
            OwnerId = lead.OwnerId ?? caller.UserId,
            Name = errors.Required("name", lead.Name, 200),
            Email = EmailAddress.Optional(errors, "email", lead.Email),
            Phone = errors.Optional("phone", lead.Phone, 50),
            Address = Validated(errors, lead.Address),
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

    static void ValidateHome(FieldErrors errors, NewLead lead)
    {
        errors.AddIf(lead.Latitude is not (null or (>= -90 and <= 90)), "latitude", "must be −90 to 90 degrees.");
        errors.AddIf(lead.Longitude is not (null or (>= -180 and <= 180)), "longitude", "must be −180 to 180 degrees.");
        errors.AddIf(lead.Latitude is null && lead.Longitude is not null, "latitude", "must be given together with longitude.");
        errors.AddIf(lead.Longitude is null && lead.Latitude is not null, "longitude", "must be given together with latitude.");
        errors.AddIf(lead.Bedrooms is not (null or (>= 0 and <= 100)), "bedrooms", "must be 0 to 100.");
        errors.AddIf(lead.Bathrooms is not (null or (>= 0 and <= 99)), "bathrooms", "must be 0 to 99.");
        errors.AddIf(lead.SquareFeet is not (null or (>= 1 and <= 1_000_000)), "squareFeet", "must be 1 to 1,000,000.");
    }

    static Address Validated(FieldErrors errors, Address? address) => new(
        errors.Optional("address.street", address?.Street, 200),
        errors.Optional("address.unit", address?.Unit, 50),
        errors.Optional("address.city", address?.City, 100),
        errors.Optional("address.state", address?.State, 50),
        errors.Optional("address.postalCode", address?.PostalCode, 20));
}
