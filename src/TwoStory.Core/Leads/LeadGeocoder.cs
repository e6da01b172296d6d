using Microsoft.Extensions.Logging;
using TwoStory.Core.Providers;
using TwoStory.Core.Providers.Geocoding;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Leads;

/// <summary>Where a lead's home is.</summary>
sealed record LeadLocation(double? Latitude, double? Longitude, LocationPrecision Precision)
{
    public static LeadLocation Unknown { get; } = new(null, null, LocationPrecision.None);

    public static LeadLocation From(Lead lead) => new(lead.Latitude, lead.Longitude, lead.LocationPrecision);
}

/// <summary>Puts homes on the map: where somebody says, else where a geocoder finds the address, else nowhere.</summary>
public sealed class LeadGeocoder(Geocoder geocoder, ILogger<LeadGeocoder> logger)
{
    // Somebody waits for the answer, and a lead without a place can be placed later.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    internal Task<LeadLocation> PlaceAsync(Guid organizationId, NewLead lead, CancellationToken cancel) =>
        ByHand(lead) is { } place ? Task.FromResult(place) : LookUpAsync(organizationId, lead.Address!, cancel);

    /// <summary>Looks the address up again when it changed, and keeps the present place when nothing about it did.</summary>
    internal Task<LeadLocation> PlaceAgainAsync(Guid organizationId, Lead current, NewLead changed, CancellationToken cancel)
    {
        var isMoved = (changed.Latitude, changed.Longitude) != (current.Latitude, current.Longitude);
        if (isMoved) return PlaceAsync(organizationId, changed, cancel);
        return changed.Address == current.Address ? Task.FromResult(LeadLocation.From(current)) : LookUpAsync(organizationId, changed.Address!, cancel);
    }

    // 0/0 is what forms send for "unknown": kept as given, and never matched.
    static LeadLocation? ByHand(NewLead lead) =>
        (lead.Latitude, lead.Longitude) is not ({ } latitude, { } longitude) ? null
        : new LeadLocation(latitude, longitude, new GeoPoint(latitude, longitude).IsGeocoded ? LocationPrecision.Manual : LocationPrecision.None);

    async Task<LeadLocation> LookUpAsync(Guid organizationId, Address address, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        try
        {
            var found = await geocoder.FindAsync(organizationId, address, patience.Token);
            return found is null ? LeadLocation.Unknown : new LeadLocation(found.Latitude, found.Longitude, found.Precision);
        }
        catch (UpstreamException error)
        {
            logger.LogWarning("An address could not be looked up: {Code}", error.Code);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            logger.LogWarning("An address could not be looked up in {Patience}", Patience);
        }
        return LeadLocation.Unknown;
    }
}
