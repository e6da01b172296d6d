using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TwoStory.Core.Data;
using TwoStory.Core.Providers.Geocoding;
using TwoStory.Core.Providers.RentCast;
using TwoStory.Core.Providers.Secrets;
using TwoStory.Core.Providers.Spark;

namespace TwoStory.Core.Upstreams;

/// <summary>Registers the providers' clients.</summary>
public static class UpstreamServices
{
    static readonly string[] Providers =
        [UpstreamProviders.Spark, UpstreamProviders.RentCast, UpstreamProviders.Nominatim, UpstreamProviders.Census, UpstreamProviders.Resend];

    /// <summary>Needs <see cref="Database"/> to be registered. <c>KEY_VAULT_URI</c> or <c>ENCRYPTION_KEY</c> must be set.</summary>
    /// <exception cref="SettingException">A setting is missing or wrong.</exception>
    public static IServiceCollection AddUpstreams(this IServiceCollection services, IConfiguration configuration)
    {
        var options = UpstreamOptions.Read(configuration);
        services.AddSingleton(options);
        services.TryAddSingleton(TimeProvider.System);
        services.AddLogging();
        foreach (var provider in Providers) services.AddProviderHttp(provider, options);
        services.AddSingleton<ProviderLimiter>().AddSingleton<UsageQuotas>().AddSingleton<UsageLedger>().AddSingleton<UpstreamClient>();

        services.AddCredentialVault(configuration);
        services.AddSingleton<KeyRotation>().AddSingleton<SparkCredentialStore>().AddSingleton<SparkTokenClient>().AddSingleton<SparkTokenSource>();
        services.AddSingleton<SparkAccounts>().AddSingleton<SparkTransport>().AddSingleton<SparkConnectionTest>().AddSingleton<SparkClient>().AddSingleton<SparkSearch>();
        services.AddSingleton<RentCastClient>();
        services.AddSingleton<IGeocoder, NominatimGeocoder>().AddSingleton<IGeocoder, CensusGeocoder>().AddSingleton<GeocodeCache>();
        return services.AddSingleton(provider => new Geocoder(
            provider.GetServices<IGeocoder>(), provider.GetRequiredService<GeocodeCache>(), provider.GetRequiredService<UpstreamOptions>()));
    }

    // No redirects: they would carry the request, and what it is signed with, somewhere else. No logging of addresses and headers.
    static void AddProviderHttp(this IServiceCollection services, string name, UpstreamOptions options) =>
        services.AddHttpClient(name, client =>
            {
                client.Timeout = Timeout.InfiniteTimeSpan;
                client.MaxResponseContentBufferSize = options.MaxBodyBytes;
            })
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                ConnectTimeout = TimeSpan.FromSeconds(10),
                AllowAutoRedirect = false,
                UseCookies = false,
                AutomaticDecompression = System.Net.DecompressionMethods.All,
            })
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers();
}
