using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TwoStory.Core.Data;
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
        services.AddSingleton(all => OldAnswers(all.GetRequiredService<GeocodingOptions>()));
        return services.AddSingleton<GeocodeCache>().AddSingleton(all => new Geocoder(
            all.GetServices<IGeocoder>(), all.GetRequiredService<GeocodeCache>(), all.GetRequiredService<GeocodingOptions>()));
    }

    // Precise points are kept for a year longer than other answers. Then the address is geocoded again, because streets are renumbered.
    static Cleanup OldAnswers(GeocodingOptions options) => new(
        """
        delete from geocode_answers
        where found_at < @imprecise and (location_precision not in ('rooftop', 'street') or found_at < @precise)
        """,
        now => new { imprecise = now - options.RememberNothingFor, precise = now - options.RememberNothingFor - TimeSpan.FromDays(365) });
}
