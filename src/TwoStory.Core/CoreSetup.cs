using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TwoStory.Core.Accounts;
using TwoStory.Core.Alerts;
using TwoStory.Core.Data;
using TwoStory.Core.Email;
using TwoStory.Core.Jobs;
using TwoStory.Core.NearbySales;
using TwoStory.Core.Providers.Resend;
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
        services.AddUpstreams(configuration);
        UpstreamOptions.Read(configuration).RequireKeys();
        services.AddSingleton(EmailOptions.Read(configuration)).AddSingleton<OutboxStore>().AddSingleton<OutboxSender>().AddSingleton<ResendCalls>();
        services.AddSingleton<UsageForecaster>().AddSingleton<UsageReports>().AddSingleton<SubscriptionService>();
        return services.AddAlerts().AddJobs(configuration).AddNearbySales().AddValuations();
    }
}
