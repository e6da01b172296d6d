using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Abstractions;
using Polly.Telemetry;

namespace TwoStory.Core.Upstreams;

/// <summary>Registers what all providers share.</summary>
public static class UpstreamSetup
{
    /// <exception cref="SettingException">A setting is wrong.</exception>
    public static IServiceCollection AddUpstreams(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddLogging();
        // The retries are logged by their code; the library would add a stack trace to each expected failure. Its metrics stay.
        services.PostConfigure<TelemetryOptions>(telemetry => telemetry.LoggerFactory = NullLoggerFactory.Instance);
        services.AddSingleton(UpstreamOptions.Read(configuration));
        services.AddSingleton<ProviderLimiter>().AddSingleton<UsageQuotas>().AddSingleton<UsageLedger>();
        return services.AddTransient<TelemetryHandler>().AddTransient<RateLimitHandler>().AddTransient<UsageHandler>().AddTransient<TransportHandler>();
    }
}
