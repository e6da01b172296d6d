using System.Text.Json.Serialization;
using TwoStory.Core.Providers;

namespace TwoStory.Core.Leads;

/// <summary>A person, their home, and what is to be watched for them.</summary>
public record Lead
{
    public required Guid Id { get; init; }

    /// <summary>The user whose lead it is, and who is told.</summary>
    public required Guid OwnerId { get; init; }

    public required string Name { get; init; }
    public string? Email { get; init; }
    public string? Phone { get; init; }
    public required Address Address { get; init; }

    /// <summary>Degrees, −90 to 90; null together with the longitude.</summary>
    public double? Latitude { get; init; }

    /// <summary>Degrees, −180 to 180.</summary>
    public double? Longitude { get; init; }

    public required LocationPrecision LocationPrecision { get; init; }
    public string? PropertyType { get; init; }
    public decimal? Bedrooms { get; init; }
    public decimal? Bathrooms { get; init; }
    public int? SquareFeet { get; init; }
    public required Temperature Temperature { get; init; }
    public required bool NotifyNearbySales { get; init; }
    public required bool NotifyValueChanges { get; init; }

    /// <summary>Beyond what the subscription allows: no job asks for it until there is a place.</summary>
    public required bool MonitoringPaused { get; init; }

    /// <summary>More than 0, at most 50; null for the organization's.</summary>
    public decimal? RadiusMiles { get; init; }

    /// <summary>Sales that closed before are recorded silently.</summary>
    public required DateOnly AlertsSince { get; init; }

    public string? Notes { get; init; }
    public required DateTime CreatedAt { get; init; }
    public required DateTime UpdatedAt { get; init; }

    /// <summary>Counts changes; the entity tag.</summary>
    [JsonIgnore]
    public int Version { get; init; }

    internal bool IsMonitored => NotifyNearbySales || NotifyValueChanges;
}
