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

/// <summary>Puts the one-machine head together: Kestrel, the API, the job runner, the simulators and the mailbox.</summary>
static class LocalHost
{
    /// <summary>The whole head, built and not yet started.</summary>
    /// <param name="options">What the user chose.</param>
    /// <param name="port">Where it will listen.</param>
    /// <param name="connectionString">The migrated database, as any member of <c>twostory_app</c>, its owner included.</param>
    /// <param name="keys">The data folder's secrets.</param>
    /// <param name="configure">A last word on settings and services, for tests and benchmarks.</param>
    public static WebApplication Build(
        ServeOptions options, int port, string connectionString, IReadOnlyDictionary<string, string> keys, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = Builder(port, LocalSettings.For(options, port, keys));
        configure?.Invoke(builder);
        var services = builder.Services;
        services.AddTwoStoryCore(builder.Configuration, HostRole.Enter(connectionString));
        services.AddTwoStoryApi(builder.Configuration);
        services.AddSingleton<IEmailSender, ResendHttpSender>();
        services.AddSingleton<RunLock>();
        services.AddSingleton<JobRunner>();
        services.AddSingleton<IJobEngine>(provider => provider.GetRequiredService<JobRunner>());
        services.AddHostedService<JobTimer>();
        services.AddHostedService<OutboxPump>();
        services.AddHostedService<HousekeepingTimer>();
        services.AddSingleton<DemoBrokerage>().AddSingleton<DemoNight>().AddSingleton<NightSummary>();
        if (services.All(service => service.ServiceType != typeof(SimulatorOptions))) services.AddSimulators(Simulators(options));

        var app = builder.Build();
        app.UseTwoStoryApi();
        app.MapDurableStatus();
        app.MapSimulators();
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
        // Slim: what a developer's machine happens to have in appsettings or user secrets is not to decide anything here.
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
