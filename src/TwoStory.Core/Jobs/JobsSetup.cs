using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace TwoStory.Core.Jobs;

/// <summary>The <c>Jobs</c> section of the configuration.</summary>
public sealed class JobOptions
{
    /// <summary>The number of transient failures after which a batch fails, 1 or more.</summary>
    public int MaxAttempts { get; set; } = 4;

    /// <summary>The wait after the first failure; it doubles with each further one.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The longest wait between two attempts.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// The number of attempts at a batch of valuations while the AVM is away, 1 or more. With the other defaults, they take about four
    /// hours; then the run ends, and the following days catch up.
    /// </summary>
    public int MaxOutageAttempts { get; set; } = 12;

    /// <summary>The number of batches that an engine receives at a time, 1 or more.</summary>
    public int Window { get; set; } = 16;

    /// <summary>The number of organizations per step of an engine, 1 or more.</summary>
    public int OrganizationsPerPage { get; set; } = 200;
}

static class JobsSetup
{
    /// <summary>Registers runs and their steps. The host registers an <see cref="IJobEngine"/>.</summary>
    public static IServiceCollection AddJobs(this IServiceCollection services, IConfiguration configuration)
    {
        services.Configure<JobOptions>(configuration.GetSection("Jobs"));
        services.AddSingleton<JobStore>().AddSingleton<BatchStore>().AddSingleton<BatchResults>().AddSingleton<JobSteps>();
        return services.AddSingleton<JobDue>().AddSingleton<JobReports>().AddSingleton<AgentNotifier>().AddSingleton<Housekeeping>();
    }
}
