using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace TwoStory.Core.Data;

static class DataSetup
{
    /// <summary>Adds the clock and the database.</summary>
    /// <exception cref="SettingException">A setting is wrong.</exception>
    public static IServiceCollection AddData(this IServiceCollection services, IConfiguration configuration, string connectionString)
    {
        services.TryAddSingleton(TimeProvider.System);
        var usesEntra = EntraSignIn.IsOn(configuration[EntraSignIn.Setting]);
        services.TryAddSingleton(_ => Database.Open(connectionString, usesEntra: usesEntra));
        return services;
    }
}
