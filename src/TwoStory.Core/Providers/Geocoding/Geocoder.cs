using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Geocoding;

/// <summary>Finds where an address is: from what was found before, else from the geocoders in their order.</summary>
public sealed class Geocoder
{
    readonly IReadOnlyList<IGeocoder> geocoders;
    readonly GeocodeCache cache;
    readonly UpstreamOptions options;

    internal Geocoder(IEnumerable<IGeocoder> geocoders, GeocodeCache cache, UpstreamOptions options)
    {
        this.geocoders = [.. options.Geocoding.Order.Select(name => geocoders.First(geocoder => geocoder.Provider == name))];
        (this.cache, this.options) = (cache, options);
    }

    /// <param name="organizationId">For whom, as the usage ledger counts it; null for the product itself.</param>
    /// <returns>Null when no geocoder knows the address, or it has no street.</returns>
    /// <exception cref="UpstreamException">Nothing was found, and a geocoder that might know could not be asked now.</exception>
    public async Task<GeocodedPoint?> FindAsync(Guid? organizationId, Address address, CancellationToken cancel)
    {
        if (AddressKey.From(address) is not { } key) return null;
        var (known, place) = await cache.FindAsync(key, options.Geocoding.RememberNothingFor, cancel);
        if (known) return place;

        UpstreamException? failure = null;
        foreach (var geocoder in geocoders)
        {
            try
            {
                place = Better(place, await geocoder.FindAsync(organizationId, address, cancel));
            }
            catch (UpstreamException unanswered)
            {
                failure ??= unanswered;
            }
            if (place?.Precision >= LocationPrecision.Street) break;
        }
        if (place?.Precision >= LocationPrecision.Street || failure is null)
        {
            await cache.StoreAsync(key, place, geocoders[^1].Provider, cancel);
            return place;
        }
        return place ?? throw failure;
    }

    static GeocodedPoint? Better(GeocodedPoint? one, GeocodedPoint? other) => other is null || one?.Precision >= other.Precision ? one : other;
}
