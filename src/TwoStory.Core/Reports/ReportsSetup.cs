using Microsoft.Extensions.DependencyInjection;

namespace TwoStory.Core.Reports;

static class ReportsSetup
{
    public static IServiceCollection AddReports(this IServiceCollection services) =>
        services.AddSingleton<Dashboard>().AddSingleton<UsageForecaster>().AddSingleton<UsageReports>();
}
