using Microsoft.Extensions.DependencyInjection;
using TwoStory.Core.Jobs;

namespace TwoStory.Core.NearbySales;

static class NearbySalesSetup
{
    /// <summary>Registers the nearby-sales job and the refresh of one lead's sales.</summary>
    public static IServiceCollection AddNearbySales(this IServiceCollection services) =>
        services.AddSingleton<IJob, NearbySalesJob>().AddSingleton<SalesDensityStore>().AddSingleton<NearbySalesRefresh>();
}
