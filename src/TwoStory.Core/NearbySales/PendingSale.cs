using TwoStory.Core.Alerts;
using TwoStory.Core.Providers;

namespace TwoStory.Core.NearbySales;

/// <summary>A found sale beside its lead as the lead is now, ready to be decided about.</summary>
sealed record PendingSale(
    Guid Id, Guid LeadId, string ListingKey, string? ListingId, string SaleKey, string? Address, double Latitude, double Longitude,
    DateOnly CloseDate, decimal? ClosePrice, string? ListOfficeName, DateOnly ClosedFrom, DateOnly ClosedTo,
    Guid LeadOwnerId, string LeadName, string? LeadStreet, string? LeadCity, double? LeadLatitude, double? LeadLongitude, LocationPrecision LeadPrecision,
    double? RadiusMiles, DateOnly AlertsSince, bool NotifyNearbySales, bool AlreadyTold)
{
    public string Cause => $"nearby_sale:{LeadId}:{SaleKey}";

    public string LeadAddress => string.Join(", ", new[] { LeadStreet, LeadCity }.Where(part => !string.IsNullOrWhiteSpace(part)));

    /// <param name="defaultRadiusMiles">The radius of leads that have none of their own.</param>
    public Evidence Evidence(double defaultRadiusMiles) => Alerts.Evidence.From(
        new SaleObservation(ListingKey, CloseDate, ClosePrice, DistanceMiles),
        new SaleRule(RadiusMiles ?? defaultRadiusMiles, ClosedFrom, ClosedTo, AlertsSince, NotifyNearbySales),
        new SaleState(AlreadyTold));

    public double? DistanceMiles =>
        LeadPrecision.IsPrecise() && LeadLatitude is { } latitude && LeadLongitude is { } longitude
        && new GeoPoint(latitude, longitude) is { IsGeocoded: true } home
            ? home.DistanceMilesTo(new GeoPoint(Latitude, Longitude))
            : null;
}
