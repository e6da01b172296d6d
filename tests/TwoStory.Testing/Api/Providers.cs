using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TwoStory.Simulators;
using TwoStory.Simulators.World;

namespace TwoStory.Tests.Api;

/// <summary>The simulated providers over HTTP, one set for the whole test process.</summary>
sealed class Providers
{
    static readonly Lazy<Task<Providers>> Shared = new(StartAsync);

    readonly WebApplication app;

    Providers(WebApplication app) => this.app = app;

    public static Task<Providers> Running => Shared.Value;

    public string Url => app.Urls.First();

    public IReadOnlyList<Home> Homes => app.Services.GetRequiredService<SimulatedWorld>().Homes;

    /// <summary>
    /// The settings that lead to them, without limits that would slow tests down. The windows are long: of a short one little
    /// is left for a request to be late, and on a busy machine none would be sent.
    /// </summary>
    public IEnumerable<KeyValuePair<string, string?>> Settings => new Dictionary<string, string?>
    {
        ["ENCRYPTION_KEY"] = new string('5', 64),
        ["Upstreams:Spark:BaseUrl"] = $"{Url}/simulators/spark/Version/3/Reso/OData",
        ["Upstreams:Spark:TokenUrl"] = $"{Url}/simulators/spark/v1/oauth2/grant",
        ["Upstreams:RentCast:BaseUrl"] = $"{Url}/simulators/rentcast/v1",
        ["Upstreams:Nominatim:BaseUrl"] = $"{Url}/simulators/nominatim",
        ["Upstreams:Nominatim:Requests"] = "100000",
        ["Upstreams:Nominatim:Window"] = "00:05:00",
        ["Upstreams:Census:BaseUrl"] = $"{Url}/simulators/census/geocoder",
        ["Upstreams:Census:Requests"] = "100000",
        ["Upstreams:Census:Window"] = "00:05:00",
        ["Upstreams:FirstRetryDelay"] = "00:00:00.010",
        ["RENTCAST_API_KEY"] = "sim-key",
        ["RESEND_API_KEY"] = "re_mailbox",
        ["EMAIL_FROM"] = "TwoStory <alerts@twostory.example>",
    };

    static async Task<Providers> StartAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSimulators(new SimulatorOptions { NominatimLimit = null });
        var app = builder.Build();
        app.MapSimulators();
        await app.StartAsync();
        return new Providers(app);
    }
}

static class HomeAddresses
{
    /// <summary>The address as the API takes it.</summary>
    public static object Parts(this Home home) => new
    {
        street = home.Address.Street,
        unit = home.Address.Unit,
        city = home.Address.City,
        state = home.Address.State,
        postalCode = home.Address.PostalCode,
    };
}
