using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using TwoStory.Simulators.World;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Jobs;

/// <summary>An organization that was registered through the API, with leads at homes of the simulated world.</summary>
sealed class Brokerage
{
    readonly TestHost host;
    readonly string token;

    Brokerage(TestHost host, TestOrganization organization, string token) => (this.host, Organization, this.token) = (host, organization, token);

    public TestOrganization Organization { get; }

    public static async Task<Brokerage> RegisterAsync(TestHost host, string organizationName = "Capped Realty", string name = "Olive")
    {
        using var answer = await host.Client.PostAsJsonAsync(
            "/api/auth/register", new { organizationName, name, email = $"{Guid.NewGuid():N}@test.example", password = "correct horse battery" });
        var session = await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
        var user = session.GetProperty("user");
        return new Brokerage(
            host, new TestOrganization(user.GetProperty("organizationId").GetGuid(), [user.GetProperty("id").GetGuid()]), session.GetProperty("accessToken").GetString()!);
    }

    public async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var answer = await FetchAsync(method, path, body);
        return await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>Any response except a server error.</summary>
    public async Task TryAsync(HttpMethod method, string path, object? body)
    {
        using var answer = await FetchAsync(method, path, body);
        Assert.True((int)answer.StatusCode < 500, $"{method} {path}: {answer.StatusCode}");
    }

    async Task<HttpResponseMessage> FetchAsync(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, $"/api/{path}") { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await host.Client.SendAsync(request);
    }

    /// <summary>Starts a job through the API, waits for its end, and reads it there.</summary>
    public async Task<JsonElement> RunAsync(string kind)
    {
        var id = (await SendAsync(HttpMethod.Post, $"jobs/{kind}")).GetProperty("id").GetGuid();
        for (var looks = 0; looks < 1_000; looks++)
        {
            var job = await SendAsync(HttpMethod.Get, $"jobs/{id}");
            if (job.GetProperty("finishedAt").ValueKind != JsonValueKind.Null) return job;
            await Task.Delay(50);
        }
        throw new InvalidOperationException("The run does not end; see what the engine logged.");
    }

    /// <summary>How many requests the ledger has of this provider and the present month.</summary>
    public async Task<int> CountedAsync(string provider) => (await host.QueryAsync<int>(
        "select coalesce(sum(calls), 0)::int from api_usage where organization_id = @Id and provider = @provider and day >= date_trunc('month', @now)",
        new { Organization.Id, provider, now = host.Time.GetUtcNow().UtcDateTime }))[0];

    public async Task<int> AlertsAsync() => (await host.QueryAsync<int>(
        "select count(*)::int from notifications where organization_id = @Id", new { Organization.Id }))[0];
}

/// <summary>Two hosts with one database and one simulated AVM at the start of a month, with small limits for the starter tier.</summary>
public sealed class SmallTierHosts : IAsyncLifetime
{
    public const int Valuations = 45;
    public const int MonitoredLeads = 55;

    int taken;

    internal TestHost One { get; private set; } = null!;

    internal TestHost Other { get; private set; } = null!;

    internal HostClock Clock { get; } = new();

    public async Task InitializeAsync()
    {
        ToNextMonth();
        var settings = new Dictionary<string, string?>
        {
            ["Subscription:Starter:Valuations"] = $"{Valuations}",
            ["Subscription:Starter:MonitoredLeads"] = $"{MonitoredLeads}",
            ["Upstreams:RentCast:Requests"] = "100000",
            // These tests advance the clock by months without another sign-in.
            ["Sessions:AccessToken"] = "365.00:00:00",
            ["Sessions:RefreshToken"] = "400.00:00:00",
        };
        One = await TestHost.StartAsync(settings: settings, simulators: world => world.RentCastPerSecond = null, time: Clock);
        foreach (var (name, value) in One.SimulatorSettings) settings[name] = value;
        Other = await TestHost.StartAsync(One.ConnectionString, settings: settings, simulators: world => world.DemoWorld = false, time: Clock);
    }

    /// <summary>Moves on to the second day of the next month.</summary>
    internal void ToNextMonth()
    {
        do Clock.MoveDays(1);
        while (Clock.Today.Day != 2);
    }

    /// <summary>Homes that no other test has.</summary>
    internal IReadOnlyList<Home> NextHomes(int count)
    {
        var first = Interlocked.Add(ref taken, count) - count;
        return [.. One.Get<SimulatedWorld>().Homes.Where(home => home.Address is { State: "WA", Unit: null }).Skip(first).Take(count)];
    }

    internal Task<int> ValueCallsAsync() => One.CallsAsync("rentCast", "avm/value");

    public async Task DisposeAsync()
    {
        await Other.DisposeAsync();
        await One.DisposeAsync();
    }
}
