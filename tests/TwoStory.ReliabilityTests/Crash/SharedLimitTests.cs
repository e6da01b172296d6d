using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using TwoStory.Core.Jobs;
using TwoStory.Core.Providers;
using TwoStory.Core.Providers.Geocoding;
using TwoStory.Core.Upstreams;
using TwoStory.Simulators;
using TwoStory.Simulators.World;
using TwoStory.Tests.Hosting;
using Xunit.Abstractions;

namespace TwoStory.Tests.Crash;

/// <summary>A provider's limit applies to all instances together: two with one database, and a provider that counts requests.</summary>
[Collection(AloneCollection.Name)]
public sealed class SharedLimitTests(ITestOutputHelper output)
{
    const int Attempts = 3;

    static readonly TimeSpan Tolerable = TimeSpan.FromMilliseconds(25);

    [Fact]
    public async Task Two_processes_together_stay_within_RentCasts_twenty_a_second() =>
        // Two seconds, because one second leaves less tolerance for late arrivals than a busy machine needs.
        await RunTwoProcessesAsync(
            JobKinds.PropertyValues, "rentCast", leads: 40, limit: 40, TimeSpan.FromSeconds(2),
            options => (options.RentCastPerSecond, options.RentCastLimit, options.RentCastWindow) = (null, 40, TimeSpan.FromSeconds(2)),
            new() { ["Upstreams:RentCast:Requests"] = "40", ["Upstreams:RentCast:Window"] = "00:00:02" });

    [Fact]
    public async Task Two_processes_together_stay_within_a_limit_over_a_longer_window() =>
        await RunTwoProcessesAsync(
            JobKinds.PropertyValues, "rentCast", leads: 18, limit: 30, TimeSpan.FromSeconds(3),
            options => (options.RentCastPerSecond, options.RentCastLimit, options.RentCastWindow) = (null, 30, TimeSpan.FromSeconds(3)),
            new() { ["Upstreams:RentCast:Requests"] = "30", ["Upstreams:RentCast:Window"] = "00:00:03" });

    [Fact]
    public async Task Two_processes_with_one_Spark_credential_stay_within_its_limit() =>
        await RunTwoProcessesAsync(
            JobKinds.NearbySales, "spark", leads: 14, limit: 60, TimeSpan.FromSeconds(2),
            options => (options.SparkIdxLimit, options.SparkWindow) = (60, TimeSpan.FromSeconds(2)),
            new() { ["Upstreams:Spark:RequestsPerWindow"] = "60", ["Upstreams:Spark:Window"] = "00:00:02" });

    [Fact]
    public async Task Two_instances_send_Nominatim_at_most_one_request_per_window()
    {
        var (limit, window) = (1, TimeSpan.FromSeconds(1));
        var arrivals = new Arrivals("/simulators/nominatim");
        await using var providers = await ProvidersAsync(arrivals, options => (options.NominatimLimit, options.NominatimWindow) = (limit, window));
        var settings = new Dictionary<string, string?>(providers.SimulatorSettings)
        {
            ["Upstreams:Nominatim:Window"] = window.ToString(),
            // Otherwise the other geocoder would be used when this one has no free slot.
            ["Upstreams:Geocoding:Providers"] = "nominatim",
        };
        await using var one = await TestHost.StartAsync(settings: settings);
        await using var other = await TestHost.StartAsync(one.ConnectionString, settings: settings);

        var organization = await one.AddOrganizationAsync();
        var addresses = providers.Get<SimulatedWorld>().Homes.Take(8)
            .Select(home => new Address(home.Address.Street, home.Address.Unit, home.Address.City, home.Address.State, home.Address.PostalCode)).ToList();
        var places = await Task.WhenAll(addresses.Select((address, number) => FindAsync(number % 2 == 0 ? one : other, organization.Id, address)));

        Assert.All(places, place => Assert.Equal("nominatim", place?.Provider));
        await AssertHeldAsync(providers, "nominatim", arrivals, addresses.Count, limit, window);

        // A caller with too long a wait gets a retry time; a result of another provider means that Nominatim was not used.
        static async Task<GeocodedPoint?> FindAsync(TestHost host, Guid organizationId, Address address)
        {
            while (true)
            {
                try
                {
                    return await host.Get<Geocoder>().FindAsync(organizationId, address, default);
                }
                catch (UpstreamException later) when (later.Kind == UpstreamFailure.LimitReached)
                {
                    await Task.Delay(TimeSpan.FromSeconds(1));
                }
            }
        }
    }

    // If the machine stalls for longer than the tolerance, the counts of the provider prove nothing.
    async Task RunTwoProcessesAsync(
        string kind, string provider, int leads, int limit, TimeSpan window, Action<SimulatorOptions> simulators, Dictionary<string, string?> limits)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var stalls = new StallWatch();
            try
            {
                await RunOnceAsync(kind, provider, leads, limit, window, simulators, limits);
                return;
            }
            catch (Xunit.Sdk.XunitException) when (attempt < Attempts && stalls.Longest > Tolerable)
            {
                output.WriteLine($"The machine stood still for {stalls.Longest.TotalMilliseconds:0} ms; once more");
            }
        }
    }

    async Task RunOnceAsync(
        string kind, string provider, int leads, int limit, TimeSpan window, Action<SimulatorOptions> simulators, Dictionary<string, string?> limits)
    {
        var arrivals = new Arrivals($"/simulators/{provider.ToLowerInvariant()}");
        await using var providers = await ProvidersAsync(arrivals, simulators);
        var connectionString = await TestHost.CreateDatabaseAsync();
        await using (var host = await TestHost.StartAsync(connectionString))
        {
            for (var number = 0; number < 4; number++) await AddOrganizationAsync(host, providers, leads);
        }
        await using var database = Core.Data.Database.Open(connectionString, maxConnections: 2);
        var organizations = await database.QueryAsync<Guid>("select id from organizations order by id", null, default);
        var store = new JobStore(database);
        var settings = Settings(providers, limits);

        // The first process executes the runs it finds; the second executes those created later.
        await store.StartAsync(kind, organizations[0], null, default);
        await store.StartAsync(kind, organizations[1], null, default);
        await using var first = Start(settings, connectionString);
        while (arrivals.Count == 0) await Task.Delay(20);
        await store.StartAsync(kind, organizations[2], null, default);
        await store.StartAsync(kind, organizations[3], null, default);
        await using var second = Start(settings, connectionString);
        await WaitForEndAsync(database, first, second);

        Assert.Equal(4, await database.QueryFirstAsync<long>("select count(*) from job_runs where state = 'completed'", null, default));
        var counted = await database.QueryFirstAsync<long>("select sum(calls) from api_usage where lower(provider) = lower(@provider)", new { provider }, default);
        await AssertHeldAsync(providers, provider, arrivals, (int)counted, limit, window);
        first.Kill();
        second.Kill();
        await TestPostgres.DropDatabaseAsync(connectionString);
    }

    static Task<TestHost> ProvidersAsync(Arrivals arrivals, Action<SimulatorOptions> simulators) => TestHost.StartAsync(
        simulators: options =>
        {
            (options.NominatimLimit, options.ResendLimit, options.RentCastPerSecond) = (null, null, null);
            simulators(options);
        },
        configure: builder => builder.Services.AddSingleton<IStartupFilter>(arrivals));

    static async Task AddOrganizationAsync(TestHost host, TestHost providers, int leads)
    {
        // One row a page, so that a few sales take many requests.
        var organization = await host.AddOrganizationAsync(pageSize: 1);
        var homes = providers.Get<SimulatedWorld>().Homes;
        await host.AddLeadsAsync(
            organization,
            [.. Enumerable.Range(0, leads).Select(number => homes[number * homes.Count / leads].Point).Select(point => new TestLead(new GeoPoint(point.Latitude, point.Longitude)) { RadiusMiles = 0.5 })]);
        await host.Database.ExecuteAsync("update organizations set created_at = now() + interval '1 day'", null, default);
    }

    static Dictionary<string, string?> Settings(TestHost providers, Dictionary<string, string?> limits) => new(
        [
            .. providers.SimulatorSettings,
            .. TestHost.Secrets.Select(secret => new KeyValuePair<string, string?>(secret.Key, secret.Value)),
            .. limits,
        ]);

    static HostProcess Start(Dictionary<string, string?> settings, string connectionString)
    {
        var server = new NpgsqlConnectionStringBuilder(connectionString);
        return HostProcess.Start(
            settings, "--no-demo", "--port", "0", "--data", Path.Combine(Path.GetTempPath(), "twostory-limit"),
            "--database", $"postgres://{server.Username}:{server.Password}@127.0.0.1:{server.Port}/{server.Database}");
    }

    static async Task WaitForEndAsync(Core.Data.Database database, params HostProcess[] hosts)
    {
        while (await database.QueryFirstAsync<bool>("select exists (select from job_runs where finished_at is null)", null, default))
        {
            Assert.All(hosts, host => Assert.False(host.HasEnded, $"{host.Output}\n{host.Errors}"));
            await Task.Delay(50);
        }
    }

    async Task AssertHeldAsync(TestHost providers, string provider, Arrivals arrivals, int counted, int limit, TimeSpan window)
    {
        var calls = (await providers.Client.GetFromJsonAsync<JsonElement>("/simulators/calls")).GetProperty(provider);
        var (total, refused, peak) = (calls.GetProperty("total").GetInt32(), calls.GetProperty("refused").GetInt32(), calls.GetProperty("peakInWindow").GetInt32());
        output.WriteLine(
            $"{provider}: {total} requests, at most {peak} of {limit} in {window.TotalSeconds} s, {refused} refused; {arrivals.Utilisation(limit, window):P1} of the limit was used");
        Assert.Equal((counted, counted), (total, arrivals.Count));
        Assert.Equal(0, refused);
        Assert.Equal(window.TotalSeconds, calls.GetProperty("windowSeconds").GetDouble());
        Assert.InRange(peak, 1, limit);
    }
}
