using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TwoStory.Core.Accounts;
using TwoStory.Core.Data;
using TwoStory.Core.Email;
using TwoStory.Core.Jobs;
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

/// <summary>Puts Core into a head.</summary>
public static class CoreSetup
{
    /// <summary>Adds what the product does. The head adds an <see cref="IEmailSender"/> and an <see cref="IJobEngine"/>.</summary>
    /// <param name="services">The head's services.</param>
    /// <param name="configuration">The environment's settings.</param>
    /// <param name="connectionString">The database, for Npgsql.</param>
    /// <exception cref="SettingException">A setting is missing or wrong.</exception>
    public static IServiceCollection AddTwoStoryCore(this IServiceCollection services, IConfiguration configuration, string connectionString)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(_ => Database.Open(connectionString));
        services.AddSingleton(SubscriptionOptions.Read(configuration)).AddSingleton<SubscriptionLimits>();
        services.AddUpstreams(configuration);
        services.AddSecrets(configuration).AddSpark(configuration).AddRentCast(configuration).AddGeocoding(configuration).AddResend(configuration);
        services.AddSingleton<Housekeeping>();
        services.AddSingleton(EmailOptions.Read(configuration)).AddSingleton<OutboxStore>().AddSingleton<OutboxSender>();
        services.Configure<JobOptions>(configuration.GetSection("Jobs"));
        services.AddSingleton<JobStore>().AddSingleton<BatchStore>().AddSingleton<JobSteps>().AddSingleton<JobDue>().AddSingleton<JobReports>();
        services.AddSingleton<UsageForecaster>().AddSingleton<UsageReports>().AddSingleton<SubscriptionService>();
        services.AddSingleton<IJob, NearbySalesJob>().AddSingleton<NearbySalesNotifier>().AddSingleton<SalesDensityStore>();
        services.AddSingleton<IJob, PropertyValuesJob>().AddSingleton<PropertyValuesNotifier>();
        return services;
    }
}
