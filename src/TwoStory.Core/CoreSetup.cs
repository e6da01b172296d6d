using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TwoStory.Core.Accounts;
using TwoStory.Core.Alerts;
using TwoStory.Core.Data;
using TwoStory.Core.Email;
using TwoStory.Core.Jobs;
using TwoStory.Core.Leads;
using TwoStory.Core.NearbySales;
using TwoStory.Core.Providers.Geocoding;
using TwoStory.Core.Providers.RentCast;
using TwoStory.Core.Providers.Resend;
using TwoStory.Core.Providers.Secrets;
using TwoStory.Core.Providers.Spark;
using TwoStory.Core.Reports;
using TwoStory.Core.Upstreams;
using TwoStory.Core.Valuations;

namespace TwoStory.Core;

/// <summary>Registers the services of Core.</summary>
public static class CoreSetup
{
    /// <summary>Adds the services of every folder. The host adds <see cref="IEmailSender"/> and <see cref="IJobEngine"/>.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">The settings.</param>
    /// <param name="connectionString">The database, for Npgsql.</param>
    /// <exception cref="SettingException">A setting is missing or wrong.</exception>
    public static IServiceCollection AddTwoStoryCore(this IServiceCollection services, IConfiguration configuration, string connectionString)
    {
        services.AddData(configuration, connectionString);
        services.AddAccounts(configuration);
        services.AddUpstreams(configuration);
        services.AddSecrets(configuration).AddSpark(configuration).AddRentCast(configuration).AddGeocoding(configuration).AddResend(configuration);
        services.AddEmail(configuration);
        services.AddLeads();
        services.AddAlerts().AddJobs(configuration).AddNearbySales().AddValuations();
        services.AddReports();
        return services;
    }
}
