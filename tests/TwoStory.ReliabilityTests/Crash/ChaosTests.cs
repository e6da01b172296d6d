using System.Net.Http.Json;
using System.Text.Json;
using TwoStory.Core.Data;
using TwoStory.Core.Jobs;
using TwoStory.Core.Providers.Spark;
using TwoStory.Simulators.Control;
using TwoStory.Simulators.Mail;
using TwoStory.Simulators.World;
using TwoStory.Tests.Hosting;
using TwoStory.Tests.Jobs;
using Xunit.Abstractions;

namespace TwoStory.Tests.Crash;

/// <summary>Both jobs with faults of every provider, compared with the same night without faults. TWOSTORY_LEADS sets the number of leads.</summary>
public sealed class ChaosTests(ITestOutputHelper output)
{
    const int SparkLimit = 120;

    const int RentCastLimit = 1500;

    // Small, so that a run fetches many pages.
    const int PageSize = 5;

    static readonly TimeSpan SparkWindow = TimeSpan.FromSeconds(2);

    static readonly TimeSpan RentCastWindow = TimeSpan.FromSeconds(10);

    static readonly int Leads = NightlySize.From("TWOSTORY_LEADS", 1000);

    static readonly Dictionary<string, string?> Settings = new()
    {
        ["Upstreams:Spark:RequestsPerWindow"] = $"{SparkLimit}",
        ["Upstreams:Spark:Window"] = SparkWindow.ToString(),
        ["Upstreams:Spark:AttemptTimeout"] = "00:00:03",
        ["Upstreams:RentCast:Requests"] = $"{RentCastLimit}",
        ["Upstreams:RentCast:Window"] = RentCastWindow.ToString(),
        ["Upstreams:RentCast:BackOff"] = "00:00:00.02",
        ["Upstreams:RentCast:AttemptTimeout"] = "00:00:03",
        ["Upstreams:Resend:AttemptTimeout"] = "00:00:03",
        ["Upstreams:FirstRetryDelay"] = "00:00:00.05",
        ["Upstreams:ComeBackAfter"] = "00:00:01",
    };

    [Fact]
    public async Task A_night_under_chaos_ends_complete_as_a_calm_one_does_and_within_every_limit()
    {
        await using var providers = await KingCounty.StartAsync(simulators: options =>
        {
            (options.SparkIdxLimit, options.SparkWindow, options.ResendLimit) = (SparkLimit, SparkWindow, null);
            (options.RentCastPerSecond, options.RentCastLimit, options.RentCastWindow) = (null, RentCastLimit, RentCastWindow);
        });
        var prepared = await PrepareAsync(providers);
        var calm = await NightAsync(providers, prepared);
        await providers.FaultAsync(new { profile = "chaos", seed = NightlySize.Seed });
        // Faults too rare for a short night: a token that expires between pages, and a mail whose acceptance is lost.
        await providers.FaultAsync(new { provider = "spark", fault = "expiredToken", pathContains = "Property", probability = 0.3, count = 2, seed = NightlySize.Seed });
        await providers.FaultAsync(new { provider = "resend", fault = "reset", after = true, count = 1 });
        var rough = await NightAsync(providers, prepared);

        var struck = await StruckAsync(providers);
        output.WriteLine($"{Leads} leads, seed {NightlySize.Seed}: {calm.Result.For("nearby_sales")} sales, {calm.Result.For("property_values")} values, {calm.Result.For("notifications")} notifications, {calm.Result.For("mailbox")} mails");
        output.WriteLine($"Struck: {string.Join(", ", struck.Where(fault => fault.Count > 0).Select(fault => $"{fault.Provider} {fault.Fault} {fault.Count}"))}");
        Assert.All(calm.Result.Parts["counts"], run => Assert.StartsWith("completed", run, StringComparison.Ordinal));
        Assert.True(calm.Result.For("notifications") > Leads / 10 && calm.Result.For("mailbox") >= 3, "The night has too few notifications to prove anything.");
        rough.Result.AssertSame(calm.Result, $"seed {NightlySize.Seed}");
        Assert.All(rough.Use, use => Assert.Equal((use.Seen, 0), (use.Counted, use.Unsettled)));
        Assert.True(rough.Use.Sum(use => use.Seen) > calm.Use.Sum(use => use.Seen));
        Assert.All(struck.Where(fault => fault.Provider == "rentCast"), fault => Assert.True(fault.Count > 0, fault.Fault));
        Assert.Contains(struck, fault => fault is { Fault: "expiredToken", Count: > 0 });
        Assert.Contains(struck, fault => fault is { Fault: "reset", Count: 1 });
        await AssertWithinLimitsAsync(providers, struck);
        await TestPostgres.DropDatabaseAsync(prepared);
    }

    static async Task<string> PrepareAsync(TestHost providers)
    {
        var connectionString = await TestHost.CreateDatabaseAsync();
        await using var host = await TestHost.StartAsync(connectionString, simulators: options => options.DemoWorld = false);
        var organization = await host.AddOrganizationAsync(agents: 5);
        // Its tokens are issued, and so they can expire.
        await host.Get<SparkCredentialStore>().SaveAsync(organization.Id, new ClientCredentials("sim-client", "a-secret"), null, PageSize, null, default);
        var homes = providers.Get<SimulatedWorld>().AllHomes;
        await CrashNight.AddLeadsAsync(host, organization, providers, [.. Enumerable.Range(0, Leads).Select(number => homes[(int)((long)number * homes.Count / Leads)])]);
        await CrashNight.StartAsync(host.Database, organization, JobKinds.All);
        return connectionString;
    }

    static async Task<(NightResult Result, IReadOnlyList<ProviderUse> Use)> NightAsync(TestHost providers, string prepared)
    {
        var connectionString = await TestPostgres.CreateDatabaseAsync(prepared);
        await using var database = Database.Open(connectionString, maxConnections: 2);
        providers.Get<CallLog>().Reset();
        var mailed = providers.Get<Mailbox>().All().Count;
        await using (await TestHost.StartAsync(
            connectionString, settings: new Dictionary<string, string?>([.. providers.SimulatorSettings, .. Settings]), simulators: options => options.DemoWorld = false))
        {
            while (!await CrashNight.IsOverAsync(database)) await Task.Delay(100);
        }
        var mails = providers.Get<Mailbox>().All();
        var night = (await NightResult.ReadAsync(database, mails.Take(mails.Count - mailed)), await ProviderUse.ReadAsync(providers, database));
        await database.DisposeAsync();
        await TestPostgres.DropDatabaseAsync(connectionString);
        return night;
    }

    static async Task<IReadOnlyList<(string Provider, string Fault, int Count)>> StruckAsync(TestHost providers) =>
    [
        .. (await providers.Client.GetFromJsonAsync<JsonElement>("/simulators/faults")).EnumerateArray().Select(fault =>
        {
            var setting = fault.GetProperty("setting");
            var status = setting.TryGetProperty("status", out var number) ? $" {number}" : "";
            return (setting.GetProperty("provider").GetString()!, setting.GetProperty("fault").GetString() + status, fault.GetProperty("struck").GetInt32());
        }),
    ];

    // Every 429 came from the profile, none from a reached limit.
    async Task AssertWithinLimitsAsync(TestHost providers, IReadOnlyList<(string Provider, string Fault, int Count)> struck)
    {
        var calls = await providers.Client.GetFromJsonAsync<JsonElement>("/simulators/calls");
        foreach (var (provider, limit) in new[] { ("spark", SparkLimit), ("rentCast", RentCastLimit) })
        {
            var seen = calls.GetProperty(provider);
            var (total, refused, peak) = (seen.GetProperty("total").GetInt32(), seen.GetProperty("refused").GetInt32(), seen.GetProperty("peakInWindow").GetInt32());
            output.WriteLine($"{provider}: {total} requests, at most {peak} of {limit} in {seen.GetProperty("windowSeconds")} s");
            Assert.Equal(struck.Single(fault => fault.Provider == provider && fault.Fault == "status 429").Count, refused);
            Assert.InRange(peak, 1, limit);
        }
    }
}
