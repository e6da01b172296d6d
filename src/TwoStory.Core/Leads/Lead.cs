using System.Diagnostics.CodeAnalysis;
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

/// <summary>How soon somebody may move.</summary>
public enum Temperature
{
    Cold,
    Warm,
    Hot,
}

/// <summary>A lead that was just added, and what was filled in from the home's public record.</summary>
public sealed record CreatedLead : Lead
{
    /// <param name="lead">As it is kept.</param>
    /// <param name="filled">The fields that were filled in.</param>
    /// <param name="notFilled">Why nothing was; null when something was, or nobody asked.</param>
    [SetsRequiredMembers]
    public CreatedLead(Lead lead, IReadOnlyList<string> filled, string? notFilled) : base(lead) => (Filled, NotFilled) = (filled, notFilled);

    /// <summary>The fields that the lead came without and that the record had, such as <c>bedrooms</c>.</summary>
    [JsonPropertyOrder(1)]
    public IReadOnlyList<string> Filled { get; }

    /// <summary>
    /// Why nothing was filled in although that was asked for: nothing_missing, no_address, not_found, nothing_known, timed_out, or
    /// the provider's code such as rentcast_budget_spent. The lead is kept all the same.
    /// </summary>
    [JsonPropertyOrder(2)]
    public string? NotFilled { get; }
}

/// <summary>A lead with the newest of what was found about their home.</summary>
public sealed record LeadDetail : Lead
{
    [SetsRequiredMembers]
    internal LeadDetail(Lead lead, IReadOnlyList<HomeValue> values, IReadOnlyList<NearbySale> sales) : base(lead) =>
        (ValueHistory, NearbySales) = (values, sales);

    /// <summary>The newest value; null before the first, and where there is no estimate.</summary>
    [JsonPropertyOrder(1)]
    public HomeValue? Value => ValueHistory.Count > 0 ? ValueHistory[0] : null;

    /// <summary>The newest 100, newest first.</summary>
    [JsonPropertyOrder(2)]
    public IReadOnlyList<HomeValue> ValueHistory { get; }

    /// <summary>The newest 100 by close date, newest first.</summary>
    [JsonPropertyOrder(3)]
    public IReadOnlyList<NearbySale> NearbySales { get; }
}

/// <summary>What an AVM said a home is worth.</summary>
/// <param name="Value">USD.</param>
/// <param name="RangeLow">USD; null where the source gives none.</param>
/// <param name="RangeHigh">USD; null where the source gives none.</param>
/// <param name="Stale">Whether the last attempt to renew it failed.</param>
public sealed record HomeValue(
    [property: JsonIgnore] Guid Id, Guid LeadId, decimal Value, decimal? RangeLow, decimal? RangeHigh, string Source, DateOnly AsOf, bool Stale);

/// <summary>A home that was sold near a lead, with the attribution that the MLS asks for.</summary>
/// <param name="ListingId">The MLS number.</param>
/// <param name="ClosePrice">USD; null where the MLS hides it.</param>
/// <param name="DistanceMiles">As the crow flies.</param>
/// <param name="FoundAt">UTC.</param>
public sealed record NearbySale(
    [property: JsonIgnore] Guid Id, Guid LeadId, string ListingKey, string? ListingId, string? Address, double Latitude, double Longitude,
    DateOnly CloseDate, decimal? ClosePrice, double DistanceMiles, decimal? Bedrooms, decimal? Bathrooms, decimal? SquareFeet,
    string? ListOfficeName, DateTime FoundAt);
