using TwoStory.Core.Alerts;
using TwoStory.Core.Jobs;
using TwoStory.Simulators.World;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Jobs;

/// <summary>What was decided about one valuation.</summary>
sealed record DecidedValue(Guid Lead, decimal Value, string? Decision);

/// <summary>A host whose AVM knows a neighbourhood of homes. Tests of one class share it, each with homes of its own, and move its clock on.</summary>
public sealed class Neighbourhood : IAsyncLifetime
{
    int taken;

    internal TestHost Host { get; private set; } = null!;

    internal HostClock Clock { get; } = new();

    public async Task InitializeAsync() => Host = await TestHost.StartAsync(time: Clock, settings: new Dictionary<string, string?>
    {
        ["Upstreams:FirstRetryDelay"] = "00:00:00.01",
        ["Upstreams:ComeBackAfter"] = "00:00:00.1",
        ["Upstreams:BreakAfter"] = "1000",
        ["Jobs:MaxAttempts"] = "2",
        ["Jobs:MaxOutageAttempts"] = "2",
        // Weeks pass in these tests, and nobody signs in again.
        ["Sessions:AccessToken"] = "3650.00:00:00",
        ["Sessions:RefreshToken"] = "3660.00:00:00",
    });

    public async Task DisposeAsync() => await Host.DisposeAsync();

    /// <summary>A home that no other test has.</summary>
    internal Home NextHome() => Host.Get<SimulatedWorld>().Homes.Where(home => home.Address is { State: "WA", Unit: null }).ElementAt(Interlocked.Increment(ref taken));

    internal static TestLead LeadAt(Home home) => new(new(home.Point.Latitude, home.Point.Longitude)) { Street = home.Address.Street, City = home.Address.City };

    internal Task SetValueAsync(Home home, decimal value) => Host.SetValueAsync(home.Address.OneLine, value);

    internal Task<JobReport> RunAsync(TestOrganization organization) => Host.RunAsync(JobKinds.PropertyValues, organization.Id);

    /// <summary>One week after another, the home is worth this; answers what was decided each time.</summary>
    internal async Task<IReadOnlyList<string?>> WeeksAsync(TestOrganization organization, Home home, params decimal[] values)
    {
        foreach (var value in values)
        {
            await SetValueAsync(home, value);
            await RunAsync(organization);
            Clock.MoveDays(7);
        }
        return [.. (await ValuesAsync(organization)).TakeLast(values.Length).Select(row => row.Decision)];
    }

    internal async Task<List<DecidedValue>> ValuesAsync(TestOrganization organization) => [.. await Host.QueryAsync<DecidedValue>(
        "select lead_id as lead, value, decision from property_values where organization_id = @Id order by as_of, lead_id", new { organization.Id })];

    /// <summary>The evidence of every notification of the organization, oldest first.</summary>
    internal async Task<List<Evidence>> EvidenceAsync(TestOrganization organization) => [.. (await Host.QueryAsync<string>(
        "select evidence::text from notifications where organization_id = @Id order by created_at, id", new { organization.Id })).Select(Evidence.FromJson)];
}
