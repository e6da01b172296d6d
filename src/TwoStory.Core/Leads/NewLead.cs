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
