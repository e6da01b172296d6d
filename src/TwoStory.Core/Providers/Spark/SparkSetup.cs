using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Spark;

/// <summary>Registers access to organizations' MLS through Spark.</summary>
static class SparkSetup
{
    /// <exception cref="SettingException">A setting is wrong.</exception>
    public static IServiceCollection AddSpark(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddUpstreamClient(UpstreamProviders.Spark).AddSingleton(SparkOptions.Read(configuration));
        services.AddSingleton<SparkTokenClient>().AddSingleton<SparkTokenSource>().AddSingleton<SparkClient>().AddSingleton<SparkConnectionTest>();
        services.AddSingleton<SparkCredentialStore>().AddSingleton<SparkAccounts>().AddSingleton<KeyRotation>();
        return services.AddSingleton<SparkCredentialService>().AddSingleton<ListingService>();
    }
}
