using TwoStory.Core.Data;
using TwoStory.Core.Providers;
using TwoStory.Core.Providers.RentCast;

namespace TwoStory.Core.Valuations;

/// <summary>A lead whose home is due for a valuation, in its current state.</summary>
sealed record DueLead(
    Guid Id, string? HomeKey, string? Street, string? Unit, string? City, string? State, string? PostalCode, double? Latitude, double? Longitude,
    LocationPrecision LocationPrecision, string? PropertyType, decimal? Bedrooms, decimal? Bathrooms, int? SquareFeet)
{
    /// <summary>True when the home can be valued: by a full address or by the point of the house.</summary>
    public bool CanBeValued => HasAddress || HasPoint;

    /// <summary>Identifies the home. Leads of the same home share one call.</summary>
    public string Home => HomeKey ?? $"{Latitude:R},{Longitude:R}";

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
        l.property_type, l.bedrooms, l.bathrooms, l.square_feet
        """;

    const string Due =
        """
        l.organization_id = @organizationId and l.notify_value_changes and not l.monitoring_paused
          and not exists (select from property_values v where v.lead_id = l.id and v.source = 'rentcast' and v.as_of = @today)
          and not exists (
              select from valuations n where n.lead_id = l.id and n.outcome = 'no_estimate' and n.checked_on >= @today - @NoEstimateRestDays)
        """;

    /// <summary>SQL for the number of homes of the leads <c>l</c> that can be valued, by the rules of <see cref="DueLead"/>.</summary>
    public const string HomesCount =
        """
        (count(distinct coalesce(l.home_key, l.latitude || ',' || l.longitude)) filter (where
            (btrim(l.street) <> '' and btrim(l.city) <> '' and btrim(l.state) <> '')
            or (l.location_precision in ('rooftop', 'manual') and l.latitude is not null and not (l.latitude = 0 and l.longitude = 0))))::int
        """;

    /// <summary>Lists the monitored leads without a valuation of the day, except those without an estimate in recent days.</summary>
    public static Task<IReadOnlyList<DueLead>> ListAsync(TenantDatabase tenant, DateOnly today, CancellationToken cancel) =>
        tenant.QueryAsync<DueLead>($"select {Columns} from leads l where {Due} order by l.home_key, l.id", new { today, NoEstimateRestDays }, cancel);

    /// <summary>Lists the leads of a batch that are still due, in their current state.</summary>
    public static Task<IReadOnlyList<DueLead>> StillDueAsync(TenantDatabase tenant, IReadOnlyList<Guid> leads, DateOnly today, CancellationToken cancel) =>
        tenant.QueryAsync<DueLead>(
            $"select {Columns} from leads l where {Due} and l.id = any (@leads) order by l.home_key, l.id",
            new { today, NoEstimateRestDays, leads = leads.ToArray() }, cancel);

    /// <returns>The lead, due or not; null when it was deleted.</returns>
    public static Task<DueLead?> FindAsync(TenantDatabase tenant, Guid leadId, CancellationToken cancel) =>
        tenant.QueryFirstAsync<DueLead>($"select {Columns} from leads l where l.organization_id = @organizationId and l.id = @leadId", new { leadId }, cancel);
}
