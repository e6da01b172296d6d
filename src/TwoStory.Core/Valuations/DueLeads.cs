using TwoStory.Core.Alerts;
using TwoStory.Core.Data;
using TwoStory.Core.Providers;
using TwoStory.Core.Providers.RentCast;

namespace TwoStory.Core.Valuations;

/// <summary>A lead whose home is due for a valuation, in its current state.</summary>
sealed record DueLead(
    Guid Id, string? HomeKey, string? Street, string? Unit, string? City, string? State, string? PostalCode, double? Latitude, double? Longitude,
    LocationPrecision LocationPrecision, string? PropertyType, decimal? Bedrooms, decimal? Bathrooms, int? SquareFeet, int HomeVersion)
{
    /// <summary>True when the home can be valued: by a full address or by the point of the house.</summary>
    public bool CanBeValued => HasAddress || HasPoint;

    /// <summary>
    /// The home as the AVM is sent it. Leads with an equal one share a call. Leads of one home with different attributes do not: the
    /// estimate of one would be wrong for the other.
    /// </summary>
    public ValuedHome Home => new(Identity, PropertyType, Bedrooms, Bathrooms, SquareFeet);

    /// <summary>The home with its attributes in one line: the key of stored comparables.</summary>
    public string ComparablesKey => FormattableString.Invariant($"{Identity}|{PropertyType}|{Bedrooms:0.##}|{Bathrooms:0.##}|{SquareFeet}");

    // As home_identity in the database: what the home is valued by.
    string? Identity => ToValue().Line is null ? FormattableString.Invariant($"{Latitude:R},{Longitude:R}") : HomeKey;

    public HomeToValue ToValue() => new(
        new Address(Street, Unit, City, State, PostalCode), HasPoint ? Latitude : null, HasPoint ? Longitude : null,
        PropertyType, Bedrooms, Bathrooms, SquareFeet);

    bool HasAddress => !string.IsNullOrWhiteSpace(Street) && !string.IsNullOrWhiteSpace(City) && !string.IsNullOrWhiteSpace(State);

    bool HasPoint => LocationPrecision is LocationPrecision.Rooftop or LocationPrecision.Manual
        && Latitude is { } latitude && Longitude is { } longitude && new GeoPoint(latitude, longitude).IsGeocoded;
}

/// <summary>Finds the leads whose homes are due for a valuation.</summary>
static class DueLeads
{
    // After an answer without an estimate, the AVM rarely has one within a week.
    const int NoEstimateRestDays = 6;

    const string Columns =
        """
        l.id, l.home_key, l.street, l.unit, l.city, l.state, l.postal_code, l.latitude, l.longitude, l.location_precision,
        l.property_type, l.bedrooms, l.bathrooms, l.square_feet, l.home_version
        """;

    // The JSON of ValuedHome without the home.
    const string Attributes =
        "jsonb_build_object('propertyType', l.property_type, 'bedrooms', l.bedrooms, 'bathrooms', l.bathrooms, 'squareFeet', l.square_feet)";

    // "No estimate" holds for what the AVM was sent: another address, or other attributes, may have an estimate.
    const string NoEstimate =
        $"""
        exists (select from valuations n where n.lead_id = l.id and n.outcome = 'no_estimate' and n.checked_on >= @today - @NoEstimateRestDays
            and n.home_version = l.home_version and coalesce(n.attributes - 'home', {Attributes}) = {Attributes})
        """;

    const string Due =
        $"""
        l.organization_id = @organizationId and l.notify_value_changes and not l.monitoring_paused
          and not exists (select from property_values v
              where v.lead_id = l.id and v.source = 'rentcast' and v.as_of = @today and v.home_version = l.home_version)
          and not {NoEstimate}
        """;

    // Homes that the week's runs did not reach: the provider was away, or a run stopped before.
    const string NotReached =
        """
        (@notCheckedSince::date is null or not exists (select from valuations c
            where c.lead_id = l.id and c.checked_on >= @notCheckedSince and c.home_version = l.home_version and not c.postponed))
        """;

    /// <summary>SQL for the number of homes of the leads <c>l</c> that can be valued, by the rules of <see cref="DueLead"/>.</summary>
    public const string HomesCount =
        """
        (count(distinct (
            home_identity(l.street, l.city, l.postal_code, l.home_key, l.latitude, l.longitude),
            l.property_type, l.bedrooms, l.bathrooms, l.square_feet)) filter (where
            (btrim(l.street) <> '' and btrim(l.city) <> '' and btrim(l.state) <> '')
            or (l.location_precision in ('rooftop', 'manual') and l.latitude is not null and not (l.latitude = 0 and l.longitude = 0))))::int
        """;

    /// <summary>Lists the monitored leads without a valuation of the day, except those without an estimate in recent days.</summary>
    /// <param name="tenant">The organization.</param>
    /// <param name="today">The day of the valuations.</param>
    /// <param name="notCheckedSince">Only homes that no run has reached since this day; null for all.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static Task<IReadOnlyList<DueLead>> ListAsync(TenantDatabase tenant, DateOnly today, DateOnly? notCheckedSince, CancellationToken cancel) =>
        tenant.QueryAsync<DueLead>(
            $"select {Columns} from leads l where {Due} and {NotReached} order by l.home_key, l.id", new { today, notCheckedSince, NoEstimateRestDays }, cancel);

    /// <summary>Counts the leads whose value is not monitored: switched off, or paused by the subscription.</summary>
    /// <param name="tenant">The organization.</param>
    /// <param name="among">The leads to count among; null for all.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static Task<int> CountNotWatchedAsync(TenantDatabase tenant, IReadOnlyList<Guid>? among, CancellationToken cancel) => tenant.QueryFirstAsync<int>(
        """
        select count(*)::int from leads l
        where l.organization_id = @organizationId and (l.monitoring_paused or not l.notify_value_changes) and (@among::uuid[] is null or l.id = any (@among))
        """,
        new { among = among?.ToArray() }, cancel);

    /// <summary>Lists the leads of a batch that are still due, in their current state.</summary>
    public static Task<IReadOnlyList<DueLead>> StillDueAsync(TenantDatabase tenant, IReadOnlyList<Guid> leads, DateOnly today, CancellationToken cancel) =>
        tenant.QueryAsync<DueLead>(
            $"select {Columns} from leads l where {Due} and l.id = any (@leads) order by l.home_key, l.id",
            new { today, NoEstimateRestDays, leads = leads.ToArray() }, cancel);

    /// <returns>The lead, due or not; null when it was deleted.</returns>
    public static Task<DueLead?> FindAsync(TenantDatabase tenant, Guid leadId, CancellationToken cancel) =>
        tenant.QueryFirstAsync<DueLead>($"select {Columns} from leads l where l.organization_id = @organizationId and l.id = @leadId", new { leadId }, cancel);
}
