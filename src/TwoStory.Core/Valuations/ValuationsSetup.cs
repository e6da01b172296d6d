using Microsoft.Extensions.DependencyInjection;
using TwoStory.Core.Jobs;

namespace TwoStory.Core.Valuations;

static class ValuationsSetup
{
    /// <summary>Registers the property-value job, the refresh of one home's value, and market statistics.</summary>
    public static IServiceCollection AddValuations(this IServiceCollection services) =>
        services.AddSingleton<HomeValuer>().AddSingleton<IJob, PropertyValuesJob>().AddSingleton<ValueRefresh>().AddSingleton<MarketService>();
}
