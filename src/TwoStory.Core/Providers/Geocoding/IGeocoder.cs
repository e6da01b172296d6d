using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Geocoding;

/// <summary>A provider of points for addresses.</summary>
interface IGeocoder
{
    /// <summary>One of <see cref="UpstreamProviders"/>.</summary>
    string Provider { get; }

    /// <param name="organizationId">For whom, as the ledger counts it; null for the product itself.</param>
    /// <returns>Null when the provider does not know the address, or only one in another state or ZIP code.</returns>
    /// <exception cref="UpstreamException">It could not be asked.</exception>
    Task<GeocodedPoint?> FindAsync(Guid? organizationId, Address address, CancellationToken cancel);
}
