using System.Globalization;
using TwoStory.Core.Jobs;
using TwoStory.Tests.Api;
using TwoStory.Tests.Hosting;
using TwoStory.Tests.Jobs;

namespace TwoStory.Tests.Providers;

[Collection("providers")]
public sealed class NearbySalesRefreshTests(ProviderTown town)
{
    readonly TestHost host = town.Host;

    [Fact]
    public async Task Sales_found_by_a_refresh_are_stored_and_reported_once_and_not_by_the_next_run()
    {
        var (caller, lead, expected) = await OneLeadAsync();
        var before = await host.CallsAsync("spark", "Property");

        var answer = await RefreshAsync(caller, lead);

        Assert.Equal(200, answer.Status);
        Assert.Equal(expected, Ids(answer));
        Assert.Equal(expected.Count, answer["added"].GetArrayLength());
        Assert.True(answer["complete"].GetBoolean());
        Assert.Equal(await host.CallsAsync("spark", "Property") - before, (await town.LedgerAsync(caller.Organization))["nearby_refresh"]);
        Assert.Equal(expected, await NotifiedAsync(caller));

        Assert.Equal(0, (await RefreshAsync(caller, lead))["added"].GetArrayLength());
        var run = await host.RunAsync(JobKinds.NearbySales, caller.Organization.Id);
        Assert.Equal((JobState.Completed, 0, 0), (run.State, run.Counts.Alerts, run.Counts.Emails));
        Assert.Equal(expected, await NotifiedAsync(caller));
        Assert.Empty(await host.QueryAsync<Guid>("select id from email_outbox where organization_id = @Id and template like 'nearby%'", new { caller.Organization.Id }));
    }

    [Fact]
    public async Task Pending_sales_of_a_run_are_reported_and_mailed_by_the_run()
    {
        var (caller, lead, expected) = await OneLeadAsync();
        var run = await host.FetchAsync(caller.Organization);

        var answer = await RefreshAsync(caller, lead);

        Assert.Equal(expected, Ids(answer));
        Assert.Equal(0, answer["added"].GetArrayLength());
        Assert.Empty(await NotifiedAsync(caller));
        await host.ExecuteRunAsync(run);
        Assert.Equal(expected, await NotifiedAsync(caller));
        Assert.Single(await host.QueryAsync<Guid>("select id from email_outbox where organization_id = @Id and dedupe_key like 'nearby-sales:%'", new { caller.Organization.Id }));
    }

    [Fact]
    public async Task Refreshes_and_a_run_at_once_lose_and_double_nothing()
    {
        for (var round = 0; round < 4; round++)
        {
            var (caller, lead, expected) = await OneLeadAsync();
            var refreshes = Enumerable.Range(0, 4).Select(_ => RefreshAsync(caller, lead));
            var run = host.RunAsync(JobKinds.NearbySales, caller.Organization.Id);

            var answers = await Task.WhenAll(refreshes);

            Assert.Equal(JobState.Completed, (await run).State);
            Assert.All(answers, answer => Assert.Equal((200, string.Join(' ', expected)), (answer.Status, string.Join(' ', Ids(answer)))));
            Assert.Equal(expected, await NotifiedAsync(caller));
            Assert.Equal(expected, (await host.RecordedAsync(caller.Organization)).Select(row => row.ListingId).Order(StringComparer.Ordinal));
            Assert.Equal(expected.Count, answers.Sum(answer => answer["added"].GetArrayLength()) + (await FromRunAsync(caller)));
        }
    }

    [Fact]
    public async Task Sales_near_an_unmonitored_lead_are_listed_and_not_reported()
    {
        var caller = await HostClient.RegisterAsync(host);
        var home = town.NextHome();
        var lead = ProviderTown.LeadAt(home) with { NotifyNearbySales = false };
        await host.AddLeadsAsync(caller.Organization, [lead]);

        Assert.Equal(town.SalesNear(home), Ids(await RefreshAsync(caller, lead.Id)));
        Assert.Empty(await NotifiedAsync(caller));
    }

    [Fact]
    public async Task Every_obstacle_has_its_own_code()
    {
        var none = await HostClient.RegisterAsync(host, sparkToken: null);
        var refused = await HostClient.RegisterAsync(host, sparkToken: "not-a-token");
        var lead = ProviderTown.LeadAt(town.NextHome());
        var (first, second, nowhere) = (lead with { RadiusMiles = 0.2 }, ProviderTown.LeadAt(town.NextHome()), new TestLead(null));
        await host.AddLeadsAsync(none.Organization, [first, nowhere with { Precision = "none" }]);
        await host.AddLeadsAsync(refused.Organization, [second]);

        Assert.Equal((409, "spark_credentials_missing"), Problem(await RefreshAsync(none, first.Id)));
        var unplaced = (await host.QueryAsync<Guid>("select id from leads where organization_id = @Id and latitude is null", new { none.Organization.Id })).Single();
        Assert.Equal((409, "lead_not_placed"), Problem(await RefreshAsync(none, unplaced)));
        Assert.Equal((409, "spark_credentials_refused"), Problem(await RefreshAsync(refused, second.Id)));
        Assert.Equal("refused", (await refused.GetAsync("organization")).Text("sparkCredentialsStatus"));
    }

    [Fact]
    public async Task An_exceeded_quota_and_an_outage_have_Retry_After()
    {
        var caller = await HostClient.RegisterAsync(host, requestsPer5Minutes: 1);
        var lead = ProviderTown.LeadAt(town.NextHome()) with { RadiusMiles = 0.05 };
        await host.AddLeadsAsync(caller.Organization, [lead]);
        await RefreshAsync(caller, lead.Id);

        var spent = await RefreshAsync(caller, lead.Id);

        Assert.Equal((503, "spark_budget_spent"), Problem(spent));
        Assert.InRange(int.Parse(spent.Headers.GetValues("Retry-After").Single(), CultureInfo.InvariantCulture), 60, 900);

        var (other, at, _) = await OneLeadAsync();
        foreach (var (status, code) in new[] { (500, "spark_unavailable"), (503, "spark_query_too_slow") })
        {
            await host.FaultAsync(new { provider = "spark", fault = "status", status });
            var down = await RefreshAsync(other, at);
            await host.ClearFaultsAsync();
            Assert.Equal((503, code), Problem(down));
            Assert.True(down.Headers.Contains("Retry-After"));
        }
        Assert.Equal(200, (await RefreshAsync(other, at)).Status);
    }

    async Task<(HostClient Caller, Guid Lead, List<string> Expected)> OneLeadAsync()
    {
        var caller = await HostClient.RegisterAsync(host);
        var home = town.NextHome();
        var lead = ProviderTown.LeadAt(home);
        await host.AddLeadsAsync(caller.Organization, [lead]);
        var expected = town.SalesNear(home);
        Assert.InRange(expected.Count, 1, 90);
        return (caller, lead.Id, expected);
    }

    static Task<Answer> RefreshAsync(HostClient caller, Guid lead) => caller.PostAsync($"leads/{lead}/nearby-sales/refresh");

    static List<string> Ids(Answer answer) => [.. answer.Items.Select(sale => sale.GetProperty("listingId").GetString()!).Order(StringComparer.Ordinal)];

    static (int, string) Problem(Answer answer) => (answer.Status, answer.Code);

    async Task<List<string>> NotifiedAsync(HostClient caller) => [.. (await host.NotifiedAsync(caller.Organization)).Select(notified => notified.ListingId).Order(StringComparer.Ordinal)];

    async Task<int> FromRunAsync(HostClient caller) =>
        (await host.QueryAsync<int>("select count(*)::int from nearby_sales where organization_id = @Id and run_id is not null", new { caller.Organization.Id }))[0];
}
