using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace TwoStory.Core.Data;

static class DataSetup
{
    /// <summary>Adds the clock and the database.</summary>
    public static IServiceCollection AddData(this IServiceCollection services, string connectionString)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(_ => Database.Open(connectionString));
        return services;
    }
}
