using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Geocoding;

/// <summary>Registers the geocoders.</summary>
static class GeocodingSetup
{
    /// <exception cref="SettingException">A setting is wrong.</exception>
    public static IServiceCollection AddGeocoding(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddUpstreamClient(UpstreamProviders.Nominatim).AddUpstreamClient(UpstreamProviders.Census);
        services.AddSingleton(GeocodingOptions.Read(configuration));
        services.AddSingleton(NominatimOptions.Read(configuration)).AddSingleton<IGeocoder, NominatimGeocoder>();
        services.AddSingleton(CensusOptions.Read(configuration)).AddSingleton<IGeocoder, CensusGeocoder>();
        return services.AddSingleton<GeocodeCache>().AddSingleton(all => new Geocoder(
            all.GetServices<IGeocoder>(), all.GetRequiredService<GeocodeCache>(), all.GetRequiredService<GeocodingOptions>()));
    }
}
