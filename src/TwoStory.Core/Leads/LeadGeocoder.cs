using Microsoft.Extensions.Logging;
using TwoStory.Core.Providers;
using TwoStory.Core.Providers.Geocoding;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Leads;

/// <summary>The location of a lead's home.</summary>
sealed record LeadLocation(double? Latitude, double? Longitude, LocationPrecision Precision)
{
    public static LeadLocation Unknown { get; } = new(null, null, LocationPrecision.None);

    public static LeadLocation From(Lead lead) => new(lead.Latitude, lead.Longitude, lead.LocationPrecision);
}

/// <summary>Determines the location of a home: the given coordinates, or else the geocoded address, or else none.</summary>
public sealed class LeadGeocoder(Geocoder geocoder, ILogger<LeadGeocoder> logger)
{
    // The client waits for the response, and the lead can be geocoded later.
    static readonly TimeSpan GeocodingTimeout = TimeSpan.FromSeconds(15);

    internal Task<LeadLocation> LocateAsync(Guid organizationId, NewLead lead, CancellationToken cancel) =>
        FromCoordinates(lead) is { } location ? Task.FromResult(location) : GeocodeAsync(organizationId, lead.Address!, cancel);

    /// <summary>Geocodes a changed address. Keeps the present location if neither the address nor the coordinates changed.</summary>
    internal Task<LeadLocation> UpdateAsync(Guid organizationId, Lead current, NewLead changed, CancellationToken cancel)
    {
        var isMoved = (changed.Latitude, changed.Longitude) != (current.Latitude, current.Longitude);
        if (isMoved) return LocateAsync(organizationId, changed, cancel);
        return changed.Address == current.Address ? Task.FromResult(LeadLocation.From(current)) : GeocodeAsync(organizationId, changed.Address!, cancel);
    }

    // Forms send 0/0 for "unknown". It is stored as given and never matched.
    static LeadLocation? FromCoordinates(NewLead lead) =>
        (lead.Latitude, lead.Longitude) is not ({ } latitude, { } longitude) ? null
        : new LeadLocation(latitude, longitude, new GeoPoint(latitude, longitude).IsGeocoded ? LocationPrecision.Manual : LocationPrecision.None);

    async Task<LeadLocation> GeocodeAsync(Guid organizationId, Address address, CancellationToken cancel)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(GeocodingTimeout);
        try
        {
            var found = await geocoder.FindAsync(organizationId, address, timeout.Token);
            return found is null ? LeadLocation.Unknown : new LeadLocation(found.Latitude, found.Longitude, found.Precision);
        }
        catch (UpstreamException error)
        {
            logger.LogWarning("An address could not be geocoded: {Code}", error.Code);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            logger.LogWarning("An address could not be geocoded within {Timeout}", GeocodingTimeout);
        }
        return LeadLocation.Unknown;
    }
}
