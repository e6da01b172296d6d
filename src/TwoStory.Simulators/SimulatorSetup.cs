using Microsoft.Extensions.DependencyInjection.Extensions;
using TwoStory.Simulators.Control;
using TwoStory.Simulators.Geocoders;
using TwoStory.Simulators.Mail;
using TwoStory.Simulators.RentCast;
using TwoStory.Simulators.Spark;
using TwoStory.Simulators.World;

namespace TwoStory.Simulators;

/// <summary>Puts the simulated providers into a host.</summary>
static class SimulatorSetup
{
    public static IServiceCollection AddSimulators(this IServiceCollection services, SimulatorOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(provider => new WorldClock(
            provider.GetRequiredService<TimeProvider>(), TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone)));
        services.TryAddSingleton(provider => BuildWorld(options, provider.GetRequiredService<WorldClock>()));
        services.AddSingleton(provider => new SaleBook(provider.GetRequiredService<SimulatedWorld>().Sales));
        services.AddSingleton<CallLog>().AddSingleton<FaultStore>().AddSingleton<RateLimiter>().AddSingleton<ProviderPipeline>();
        services.AddSingleton<ControlEndpoints>();
        services.AddSingleton<SparkTokens>().AddSingleton<SparkGrant>().AddSingleton<SparkCollection>().AddSingleton<SparkEndpoints>();
        services.AddSingleton<ValueOverrides>().AddSingleton<SimulatedAvm>().AddSingleton<NearbyComparables>();
        services.AddSingleton<RentCastRecords>().AddSingleton<RentCastProperties>().AddSingleton<RentCastEndpoints>();
        services.TryAddSingleton<AddressBook>();
        services.AddSingleton<NominatimEndpoints>().AddSingleton<CensusEndpoints>();
        services.AddSingleton(new MailboxFolder(options.MailboxFolder));
        services.AddSingleton<Mailbox>().AddSingleton<ResendEndpoints>().AddSingleton<MailboxEndpoints>();
        return services;
    }

    /// <summary>Builds the world and maps every route; public, and not part of the product's API.</summary>
    /// <exception cref="SalesFileException">The sales file cannot be used.</exception>
    public static IEndpointRouteBuilder MapSimulators(this IEndpointRouteBuilder app)
    {
        var routes = app.MapGroup("").AllowAnonymous().ExcludeFromDescription();
        var services = app.ServiceProvider;
        services.GetRequiredService<ControlEndpoints>().Map(routes);
        services.GetRequiredService<SparkEndpoints>().Map(routes);
        services.GetRequiredService<RentCastEndpoints>().Map(routes);
        services.GetRequiredService<NominatimEndpoints>().Map(routes);
        services.GetRequiredService<CensusEndpoints>().Map(routes);
        services.GetRequiredService<ResendEndpoints>().Map(routes);
        services.GetRequiredService<MailboxEndpoints>().Map(routes);
        return app;
    }

    /// <exception cref="SalesFileException">The sales file cannot be used.</exception>
    public static SimulatedWorld BuildWorld(SimulatorOptions options, WorldClock clock) => SimulatedWorld.Build(
        options.Seed, clock.Today, clock.Zone, options.DemoWorld,
        options.SalesFile is { } file ? taken => SalesFile.Load(file, options.SalesAsOf, clock.Today, clock.Zone, taken) : null);
}
