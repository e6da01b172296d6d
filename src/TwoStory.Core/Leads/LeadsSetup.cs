using Microsoft.Extensions.DependencyInjection;

namespace TwoStory.Core.Leads;

static class LeadsSetup
{
    public static IServiceCollection AddLeads(this IServiceCollection services) =>
        services.AddSingleton<LeadStore>().AddSingleton<LeadHistory>().AddSingleton<LeadGeocoder>().AddSingleton<LeadEnricher>().AddSingleton<LeadService>();
}
