using System.Net.Http.Json;
using System.Text.Json;
using TwoStory.Core.Email;
using TwoStory.Core.Jobs;
using TwoStory.Core.Providers;
using TwoStory.Simulators.World;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Crash;

/// <summary>The ledger equals the requests that the providers received. The crash tests cover killed processes.</summary>
public sealed class UsageTests : IAsyncLifetime
{
    TestHost host = null!;

    TestOrganization organization = null!;

    public async Task InitializeAsync()
    {
        host = await TestHost.StartAsync(
            settings: new Dictionary<string, string?>
            {
                ["Upstreams:FirstRetryDelay"] = "00:00:00.01",
                // So many that none is handed back for later.
                ["Upstreams:Attempts"] = "8",
                ["Upstreams:BreakAfter"] = "1000",
                ["Upstreams:Spark:AttemptTimeout"] = "00:00:01",
                ["Upstreams:RentCast:AttemptTimeout"] = "00:00:01",
                ["Upstreams:RentCast:BackOff"] = "00:00:00.05",
                ["Upstreams:RentCast:Requests"] = "10000",
                ["Upstreams:RentCast:Window"] = "00:01:00",
                ["Upstreams:Resend:Requests"] = "1000",
                ["Upstreams:Spark:Window"] = "00:00:01",
            },
            simulators: options => (options.RentCastPerSecond, options.ResendLimit, options.SparkIdxLimit) = (null, null, null));
        organization = await host.AddOrganizationAsync(agents: 3, pageSize: 5);
        var homes = host.Get<SimulatedWorld>().Homes;
        await host.AddLeadsAsync(
            organization,
            [.. Enumerable.Range(0, 60).Select(number => homes[number * homes.Count / 60].Point).Select(point => new TestLead(new GeoPoint(point.Latitude, point.Longitude)) { RadiusMiles = 0.4 })]);
    }

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task In_a_calm_night_ledger_reports_and_providers_agree()
    {
        await RunBothAsync();
        await AssertAgreedAsync(retried: false);
    }

    [Fact]
    public async Task Every_attempt_counts_also_those_that_fail_or_are_refused()
    {
        foreach (var provider in new[] { "spark", "rentCast", "resend" })
        {
            await FaultAsync(new { provider, fault = "status", status = 503, probability = 0.1, seed = 1 });
            await FaultAsync(new { provider, fault = "status", status = 429, retryAfterSeconds = 0, count = 2, probability = 0.2, seed = 2 });
            await FaultAsync(new { provider, fault = "truncated", probability = 0.1, seed = 3 });
            await FaultAsync(new { provider, fault = "notJson", probability = 0.1, seed = 4 });
            await FaultAsync(new { provider, fault = "reset", probability = 0.05, seed = 5 });
        }
        await FaultAsync(new { provider = "spark", fault = "stall", count = 1 });
        await FaultAsync(new { provider = "rentCast", fault = "stall", count = 2, probability = 0.1, seed = 6 });
        await RunBothAsync();
        await AssertAgreedAsync(retried: true);
    }

    async Task FaultAsync(object fault)
    {
        using var answer = await host.Client.PostAsJsonAsync("/simulators/faults", fault);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    async Task RunBothAsync()
    {
        reports = [await host.RunAsync(JobKinds.NearbySales, organization.Id), await host.RunAsync(JobKinds.PropertyValues, organization.Id)];
        await host.Get<OutboxSender>().SendDueAsync(default);
        // The pump of the host can have claimed the rest.
        while ((await host.QueryAsync<long>("select count(*) from email_outbox where state in ('pending', 'sending')")).Single() is > 0)
        {
            await host.Database.ExecuteAsync("update email_outbox set not_before = now() where attempts > 0 and not_before < now() + interval '100 seconds'", null, default);
            await Task.Delay(50);
        }
    }

    IReadOnlyList<JobReport> reports = [];

    sealed record Used(string Provider, long Calls, long Unsettled, long Failures);

    async Task AssertAgreedAsync(bool retried)
    {
        var calls = await host.Client.GetFromJsonAsync<JsonElement>("/simulators/calls");
        var ledger = await host.QueryAsync<Used>(
            "select provider, sum(calls)::bigint as calls, sum(unsettled)::bigint as unsettled, sum(failures)::bigint as failures from api_usage group by 1");
        foreach (var provider in new[] { "spark", "rentCast", "resend" })
        {
            var seen = calls.GetProperty(provider).GetProperty("total").GetInt64();
            var used = ledger.SingleOrDefault(row => row.Provider.Equals(provider, StringComparison.OrdinalIgnoreCase)) ?? new Used(provider, 0, 0, 0);
            Assert.Equal((provider, seen, 0), (provider, used.Calls, used.Unsettled));
            Assert.True(seen > 0 || provider == "resend");
            Assert.Equal(retried && provider != "resend", used.Failures > 0);
        }
        Assert.Equal(calls.GetProperty("spark").GetProperty("total").GetInt32(), reports.Sum(report => report.Requests.Spark));
        Assert.Equal(calls.GetProperty("rentCast").GetProperty("total").GetInt32(), reports.Sum(report => report.Requests.RentCast));
    }
}
