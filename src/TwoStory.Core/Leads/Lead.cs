using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using TwoStory.Core.Providers;

namespace TwoStory.Core.Leads;

/// <summary>A past client: a person, their home and the alerts about it.</summary>
public record Lead
{
    public required Guid Id { get; init; }

    /// <summary>The user who owns the lead and gets its notifications.</summary>
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

    /// <summary>True if the lead exceeds the subscription. The jobs skip a paused lead.</summary>
    public required bool MonitoringPaused { get; init; }

    /// <summary>More than 0, at most 50; null for the radius of the organization.</summary>
    public decimal? RadiusMiles { get; init; }

    /// <summary>Sales that closed before this day are recorded without a notification.</summary>
    public required DateOnly AlertsSince { get; init; }

    public string? Notes { get; init; }
    public required DateTime CreatedAt { get; init; }
    public required DateTime UpdatedAt { get; init; }

    /// <summary>The number of changes, used as the entity tag.</summary>
    [JsonIgnore]
    public int Version { get; init; }

    internal bool IsMonitored => NotifyNearbySales || NotifyValueChanges;
}

/// <summary>How likely the person is to move soon.</summary>
public enum Temperature
{
    Cold,
    Warm,
    Hot,
}

/// <summary>A new lead, with the fields that were filled in from the public record of the home.</summary>
public sealed record CreatedLead : Lead
{
    /// <param name="lead">The stored lead.</param>
    /// <param name="filled">The fields that were filled in.</param>
    /// <param name="notFilled">Why no field was filled in; null if one was or enrichment was not requested.</param>
    [SetsRequiredMembers]
    public CreatedLead(Lead lead, IReadOnlyList<string> filled, string? notFilled) : base(lead) => (Filled, NotFilled) = (filled, notFilled);

    /// <summary>The fields that were missing and are in the record, such as <c>bedrooms</c>.</summary>
    [JsonPropertyOrder(1)]
    public IReadOnlyList<string> Filled { get; }

    /// <summary>
    /// Why no field was filled in although enrichment was requested: nothing_missing, no_address, not_found, nothing_known, timed_out, or
    /// an error code of the provider such as rentcast_budget_spent. The lead is stored in each case.
    /// </summary>
    [JsonPropertyOrder(2)]
    public string? NotFilled { get; }
}

/// <summary>A lead with the newest values and nearby sales of the home.</summary>
public sealed record LeadDetail : Lead
{
    [SetsRequiredMembers]
    internal LeadDetail(Lead lead, IReadOnlyList<HomeValue> values, IReadOnlyList<NearbySale> sales) : base(lead) =>
        (ValueHistory, NearbySales) = (values, sales);

    /// <summary>The newest value; null before the first valuation and if there is no estimate.</summary>
    [JsonPropertyOrder(1)]
    public HomeValue? Value => ValueHistory.Count > 0 ? ValueHistory[0] : null;

    /// <summary>The newest 100 values, newest first.</summary>
    [JsonPropertyOrder(2)]
    public IReadOnlyList<HomeValue> ValueHistory { get; }

    /// <summary>The 100 sales with the newest close dates, newest first.</summary>
    [JsonPropertyOrder(3)]
    public IReadOnlyList<NearbySale> NearbySales { get; }
}

/// <summary>The value of a home, estimated by an AVM.</summary>
/// <param name="Value">USD.</param>
/// <param name="RangeLow">USD; null if the source gives no range.</param>
/// <param name="RangeHigh">USD; null if the source gives no range.</param>
/// <param name="Stale">True if the last attempt to update the value failed.</param>
public record HomeValue(
    [property: JsonIgnore] Guid Id, Guid LeadId, decimal Value, decimal? RangeLow, decimal? RangeHigh, string Source, DateOnly AsOf, bool Stale);

/// <summary>The value of a home after a refresh.</summary>
public sealed record RefreshedValue : HomeValue
{
    internal RefreshedValue(HomeValue value, bool notWatched) : base(value) => NotWatched = notWatched;

    /// <summary>True if the value was stored without a notification, because the lead's value alerts are off or paused.</summary>
    [JsonPropertyOrder(1)]
    public bool NotWatched { get; }
}

/// <summary>A home sold near a lead, with the attribution that the MLS requires.</summary>
/// <param name="ListingId">The MLS number of the listing.</param>
/// <param name="ClosePrice">USD; null if the MLS does not disclose it.</param>
/// <param name="DistanceMiles">The straight-line distance from the lead.</param>
/// <param name="FoundAt">UTC.</param>
public sealed record NearbySale(
    [property: JsonIgnore] Guid Id, Guid LeadId, string ListingKey, string? ListingId, string? Address, double Latitude, double Longitude,
    DateOnly CloseDate, decimal? ClosePrice, double DistanceMiles, decimal? Bedrooms, decimal? Bathrooms, decimal? SquareFeet,
    string? ListOfficeName, DateTime FoundAt);
