using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TwoStory.Simulators;
using TwoStory.Simulators.Geocoders;
using TwoStory.Simulators.World;

namespace TwoStory.Tests.Simulators;

/// <summary>A Kestrel host with nothing but the simulators.</summary>
sealed class SimulatorHost : IAsyncDisposable
{
    static readonly ConcurrentDictionary<string, Lazy<(SimulatedWorld, AddressBook)>> Worlds = [];

    readonly WebApplication app;

    SimulatorHost(WebApplication app, SimulatorOptions options)
    {
        (this.app, Options) = (app, options);
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public HttpClient Http { get; }

    public SimulatorOptions Options { get; }

    public SimulatedWorld World => Service<SimulatedWorld>();

    public DateOnly Today => Service<WorldClock>().Today;

    public T Service<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    public static async Task<SimulatorHost> StartAsync(Action<SimulatorOptions>? configure = null, TimeProvider? time = null)
    {
        var options = new SimulatorOptions { NominatimLimit = null, ResendLimit = null };
        configure?.Invoke(options);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestLineSize = 100_000);
        if (time is not null)
        {
            builder.Services.AddSingleton(time);
        }

        var (world, addresses) = Built(options, new WorldClock(time ?? TimeProvider.System, TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone)));
        builder.Services.AddSingleton(world).AddSingleton(addresses).AddSimulators(options);
        var app = builder.Build();
        app.MapSimulators();
        await app.StartAsync();
        return new(app, options);
    }

    public Task<HttpResponseMessage> SparkAsync(string pathAndQuery, string token = "sim-idx-test") =>
        SendAsync(HttpMethod.Get, pathAndQuery.StartsWith("http", StringComparison.Ordinal) ? pathAndQuery : SparkPath(pathAndQuery), token);

    public async Task<JsonElement> SparkJsonAsync(string pathAndQuery, string token = "sim-idx-test")
    {
        using var response = await SparkAsync(pathAndQuery, token);
        Assert.Equal(System.Net.HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>Every row of a query, over all its pages.</summary>
    public async Task<List<JsonElement>> SparkRowsAsync(string filter, string token = "sim-replication-test")
    {
        List<JsonElement> rows = [];
        for (var next = $"Property?$top=1000&$filter={Uri.EscapeDataString(filter)}"; next is not null;)
        {
            var page = await SparkJsonAsync(next, token);
            rows.AddRange(page.GetProperty("value").EnumerateArray());
            next = page.TryGetProperty("@odata.nextLink", out var link) ? link.GetString() : null;
        }

        return rows;
    }

    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, string? bearer = null, object? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = bearer is null ? null : new AuthenticationHeaderValue("Bearer", bearer);
        request.Content = body is null ? null : JsonContent.Create(body);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await Http.SendAsync(request);
    }

    public Task<HttpResponseMessage> RentCastAsync(string pathAndQuery, string? key = "sim-key") => SendAsync(
        HttpMethod.Get, $"/simulators/rentcast/v1/{pathAndQuery}", headers: key is null ? [] : [("X-Api-Key", key)]);

    public async Task FaultAsync(object fault)
    {
        using var response = await Http.PostAsJsonAsync("/simulators/faults", fault);
        Assert.Equal(System.Net.HttpStatusCode.Created, response.StatusCode);
    }

    public async Task<JsonElement> CallsAsync(string provider) =>
        (await Http.GetFromJsonAsync<JsonElement>("/simulators/calls")).GetProperty(provider);

    public static async Task<JsonElement> JsonAsync(HttpResponseMessage response) => await response.Content.ReadFromJsonAsync<JsonElement>();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.DisposeAsync();
    }

    /// <summary>A world never changes once it is built, so hosts of the same day share it.</summary>
    static (SimulatedWorld, AddressBook) Built(SimulatorOptions options, WorldClock clock) =>
        Worlds.GetOrAdd($"{options.SalesFile} {options.SalesAsOf} {clock.Today}", _ => new(() =>
        {
            var world = SimulatorSetup.BuildWorld(options, clock);
            return (world, new AddressBook(world));
        })).Value;

    static string SparkPath(string pathAndQuery) => $"/simulators/spark/Version/3/Reso/OData/{pathAndQuery}";
}

/// <summary>A clock that a test moves; the rate windows see only the moves, so that a slow machine changes nothing.</summary>
sealed class MovedClock : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Ahead.Ticks;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;
}
