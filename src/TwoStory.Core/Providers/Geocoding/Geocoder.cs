using Microsoft.Extensions.Configuration;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Geocoding;

/// <summary>A geocoder's point for an address.</summary>
/// <param name="Latitude">Degrees.</param>
/// <param name="Provider">The geocoder that found it; OpenStreetMap requires attribution.</param>
public sealed record GeocodedPoint(double Latitude, double Longitude, LocationPrecision Precision, string Provider);

/// <summary>A provider that geocodes addresses.</summary>
interface IGeocoder
{
    /// <summary>The provider's name, one of <see cref="UpstreamProviders"/>.</summary>
    string Provider { get; }

    /// <param name="organizationId">The organization that the call is counted for.</param>
    /// <returns>Null when the provider does not know the address, or only one in another state or ZIP code.</returns>
    /// <exception cref="UpstreamException">The provider did not answer.</exception>
    Task<GeocodedPoint?> FindAsync(Guid organizationId, Address address, CancellationToken cancel);
}

/// <summary>The geocoders, their order, and the lifetime of their answers, section <c>Upstreams:Geocoding</c>.</summary>
public sealed class GeocodingOptions
{
    static readonly string[] Known = [UpstreamProviders.Nominatim, UpstreamProviders.Census];

    /// <summary>A comma-separated list of <c>nominatim</c> and <c>census</c>, in their order of use.</summary>
    public string Providers { get; set; } = "nominatim,census";

    /// <summary>The time that an answer without a point, or with an imprecise one, stays in the cache.</summary>
    public TimeSpan RememberNothingFor { get; set; } = TimeSpan.FromDays(30);

    internal IReadOnlyList<string> Order => Providers.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <exception cref="SettingException">A setting is wrong; the message names it.</exception>
    internal static GeocodingOptions Read(IConfiguration configuration)
    {
        var options = UpstreamOptions.Read<GeocodingOptions>(configuration, "Geocoding");
        options.Validate();
        return options;
    }

    void Validate()
    {
        Setting.Require(Order.Count > 0 && Order.All(Known.Contains), "Upstreams:Geocoding:Providers", "must list nominatim, census or both");
        Setting.Require(RememberNothingFor >= TimeSpan.Zero, "Upstreams:Geocoding:RememberNothingFor", "must not be negative");
    }
}

/// <summary>Geocodes addresses: from the cache, otherwise by the geocoders in their configured order.</summary>
public sealed class Geocoder
{
    readonly IReadOnlyList<IGeocoder> geocoders;
    readonly GeocodeCache cache;
    readonly GeocodingOptions options;

    internal Geocoder(IEnumerable<IGeocoder> geocoders, GeocodeCache cache, GeocodingOptions options)
    {
        this.geocoders = [.. options.Order.Select(name => geocoders.First(geocoder => geocoder.Provider == name))];
        (this.cache, this.options) = (cache, options);
    }

    /// <param name="organizationId">The organization of the address. The calls are counted for it, and the answer is stored for it alone.</param>
    /// <returns>Null when no geocoder knows the address, or it has no street.</returns>
    /// <exception cref="UpstreamException">No precise point was found, and a geocoder did not answer.</exception>
    public async Task<GeocodedPoint?> FindAsync(Guid organizationId, Address address, CancellationToken cancel)
    {
        if (GeocodeCache.AddressHash(address) is not { } addressHash) return null;
        var (known, point) = await cache.FindAsync(organizationId, addressHash, options.RememberNothingFor, cancel);
        if (known) return point;

        UpstreamException? failure = null;
        foreach (var geocoder in geocoders)
        {
            try
            {
                point = Better(point, await geocoder.FindAsync(organizationId, address, cancel));
            }
            catch (UpstreamException unavailable)
            {
                failure ??= unavailable;
            }
            if (point?.Precision >= LocationPrecision.Street) break;
        }
        if (failure is not null && !(point?.Precision >= LocationPrecision.Street)) throw failure;
        await cache.StoreAsync(organizationId, addressHash, point, geocoders[^1].Provider, cancel);
        return point;
    }

    static GeocodedPoint? Better(GeocodedPoint? one, GeocodedPoint? other) => other is null || one?.Precision >= other.Precision ? one : other;
}
