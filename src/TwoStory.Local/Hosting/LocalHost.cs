using TwoStory.Api;
using TwoStory.Core;
using TwoStory.Core.Accounts;
using TwoStory.Core.Data;
using TwoStory.Core.Jobs;
using TwoStory.Core.Providers.Resend;
using TwoStory.Local.Commands;
using TwoStory.Local.Demo;
using TwoStory.Local.Email;
using TwoStory.Local.Jobs;
using TwoStory.Local.Status;
using TwoStory.Simulators;

namespace TwoStory.Local.Hosting;

/// <summary>Builds the one-machine host: Kestrel, the API, the job runner, the simulators and the mailbox.</summary>
static class LocalHost
{
    /// <summary>Builds the host without starting it.</summary>
    /// <param name="options">The options of the command line.</param>
    /// <param name="port">The port to listen on.</param>
    /// <param name="connectionString">The migrated database, as a member of <c>twostory_app</c> or as its owner.</param>
    /// <param name="keys">The data folder's secrets.</param>
    /// <param name="configure">Changes settings and services, for tests and benchmarks.</param>
    public static WebApplication Build(
        ServeOptions options, int port, string connectionString, IReadOnlyDictionary<string, string> keys, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = Builder(port, LocalSettings.For(options, port, keys));
        configure?.Invoke(builder);
        var services = builder.Services;
        services.AddTwoStoryCore(builder.Configuration, HostRole.Enter(connectionString));
        services.AddTwoStoryApi(builder.Configuration);
        services.AddTwoStoryTelemetry(builder.Configuration);
        services.AddSingleton<IEmailSender, ResendHttpSender>();
        services.AddSingleton<RunLock>();
        services.AddSingleton<JobRunner>();
        services.AddSingleton<IJobEngine>(provider => provider.GetRequiredService<JobRunner>());
        services.AddHostedService<JobTimer>();
        services.AddHostedService<OutboxPump>();
        services.AddHostedService<HousekeepingTimer>();
        services.AddSingleton<DemoBrokerage>().AddSingleton<DemoRun>().AddSingleton<DemoSummary>();
        if (services.All(service => service.ServiceType != typeof(SimulatorOptions))) services.AddSimulators(Simulators(options));

        var app = builder.Build();
        app.UseTwoStoryApi();
        if (!options.RealUpstreams)
        {
            app.MapDurableStatus();
            app.MapSimulators();
        }

        app.MapHomePage();
        return app;
    }

    /// <summary>The simulators alone.</summary>
    public static WebApplication BuildSimulators(ServeOptions options, int port)
    {
        var builder = Builder(port, []);
        builder.Services.AddSimulators(Simulators(options));
        var app = builder.Build();
        app.MapSimulators();
        app.MapHomePage();
        return app;
    }

    static WebApplicationBuilder Builder(int port, Dictionary<string, string?> settings)
    {
        // Slim: appsettings files and user secrets of the machine must not change the behaviour.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(settings).AddEnvironmentVariables();
        builder.Logging.ClearProviders().AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        return builder;
    }

    static SimulatorOptions Simulators(ServeOptions options) => new()
    {
        SalesFile = options.SalesFile,
        SalesAsOf = options.SalesAsOf,
        TimeZone = TimeZones.Default,
        MailboxFolder = Path.Combine(options.DataFolder, "mailbox"),
    };
}
