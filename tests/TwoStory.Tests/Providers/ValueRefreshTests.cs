using TwoStory.Core.Jobs;
using TwoStory.Simulators.World;
using TwoStory.Tests.Api;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Providers;

[Collection("providers")]
public sealed class ValueRefreshTests(ProviderTown town)
{
    readonly TestHost host = town.Host;

    [Fact]
    public async Task A_refresh_values_the_home_now_and_the_run_of_the_day_does_not_repeat_it()
    {
        var (caller, lead, home) = await OneHomeAsync();
        await ValuedAWeekAgoAsync(caller, home, 500_000);
        await host.SetValueAsync(home.Address.OneLine, 600_000);
        var before = await CallsAsync();

        var answer = await RefreshAsync(caller, lead);

        Assert.Equal((200, 600_000m, false), (answer.Status, answer["value"].GetDecimal(), answer["stale"].GetBoolean()));
        Assert.Equal((lead, "rentcast", town.Clock.Today), (answer["leadId"].GetGuid(), answer.Text("source"), DateOnly.Parse(answer.Text("asOf")!, null)));
        Assert.Equal((1, 1), (await CallsAsync() - before, (await town.LedgerAsync(caller.Organization))["value_refresh"]));
        Assert.Equal(1, await NotifiedAsync(caller));
        var run = await host.RunAsync(JobKinds.PropertyValues, caller.Organization.Id);
        Assert.Equal((JobState.Completed, 0, 0), (run.State, run.Counts.Alerts, run.Requests.RentCast));
        Assert.Equal(1, await NotifiedAsync(caller));
    }

    [Fact]
    public async Task A_refresh_of_a_lead_without_alerts_says_that_nobody_is_notified()
    {
        var (caller, lead, home) = await OneHomeAsync();
        await ValuedAWeekAgoAsync(caller, home, 500_000);
        Assert.False((await RefreshAsync(caller, lead))["notWatched"].GetBoolean());
        await host.Database.ExecuteAsync("update leads set notify_value_changes = false where id = @lead", new { lead }, default);
        await host.SetValueAsync(home.Address.OneLine, 600_000);

        var answer = await RefreshAsync(caller, lead);

        Assert.Equal((200, 600_000m, true, 0), (answer.Status, answer["value"].GetDecimal(), answer["notWatched"].GetBoolean(), await NotifiedAsync(caller)));
    }

    [Fact]
    public async Task A_second_answer_on_the_same_day_takes_the_place_of_the_first()
    {
        var (caller, lead, home) = await OneHomeAsync();
        await ValuedAWeekAgoAsync(caller, home, 500_000);
        foreach (var value in new[] { 600_000m, 610_000m, 610_000m })
        {
            await host.SetValueAsync(home.Address.OneLine, value);
            var answer = await RefreshAsync(caller, lead);
            Assert.True(answer.Status == 200, answer.Json.ToString());
            Assert.Equal(value, answer["value"].GetDecimal());
        }

        Assert.Equal([500_000m, 610_000m], await host.QueryAsync<decimal>("select value from property_values where lead_id = @lead order by as_of", new { lead }));
        Assert.Equal(1, await NotifiedAsync(caller));
        // The agent was notified of 600,000, so that stays the value to compare with; a real change on the same day is a second notification.
        Assert.Equal(600_000m, await BaselineAsync(lead));
        await host.SetValueAsync(home.Address.OneLine, 500_000);
        Assert.Equal(500_000m, (await RefreshAsync(caller, lead))["value"].GetDecimal());
        Assert.Equal((2, 500_000m), (await NotifiedAsync(caller), await BaselineAsync(lead)));
    }

    [Fact]
    public async Task A_refresh_during_a_run_stores_one_value_and_reports_it_once()
    {
        for (var round = 0; round < 4; round++)
        {
            var (caller, lead, home) = await OneHomeAsync();
            await ValuedAWeekAgoAsync(caller, home, 500_000);
            await host.SetValueAsync(home.Address.OneLine, 600_000);

            var run = host.RunAsync(JobKinds.PropertyValues, caller.Organization.Id);
            var answers = await Task.WhenAll(RefreshAsync(caller, lead), RefreshAsync(caller, lead));

            Assert.Equal(JobState.Completed, (await run).State);
            Assert.All(answers, answer => Assert.Equal((200, 600_000m), (answer.Status, answer["value"].GetDecimal())));
            Assert.Equal([500_000m, 600_000m], await host.QueryAsync<decimal>("select value from property_values where lead_id = @lead order by as_of", new { lead }));
            Assert.Equal(1, await NotifiedAsync(caller));
            Assert.Equal(0, (await host.QueryAsync<int>("select count(*)::int from property_values where lead_id = @lead and decided_at is null", new { lead }))[0]);
        }
    }

    [Fact]
    public async Task A_missing_estimate_and_a_missing_address_have_their_own_answers()
    {
        var caller = await HostClient.RegisterAsync(host);
        var (nowhere, bare) = (new TestLead(null) { Street = "1 Nowhere Lane", Precision = "none" }, new TestLead(null) { Precision = "none" });
        await host.AddLeadsAsync(caller.Organization, [nowhere, bare]);

        Assert.Equal((422, "no_estimate"), Problem(await RefreshAsync(caller, nowhere.Id)));
        Assert.Equal((422, "no_estimate"), Problem(await caller.GetAsync($"leads/{nowhere.Id}/comparables")));
        Assert.Equal((409, "lead_without_address"), Problem(await RefreshAsync(caller, bare.Id)));
        Assert.Equal(["value_refresh"], (await town.LedgerAsync(caller.Organization)).Keys);
    }

    [Fact]
    public async Task A_failure_keeps_the_last_value_as_stale_and_an_exceeded_quota_has_Retry_After()
    {
        var (caller, lead, home) = await OneHomeAsync();
        await ValuedAWeekAgoAsync(caller, home, 500_000);
        await host.FaultAsync(new { provider = "rentCast", fault = "status", status = 500 });
        Assert.Equal((503, "rentcast_unavailable"), Problem(await RefreshAsync(caller, lead)));
        await host.ClearFaultsAsync();
        Assert.True((await caller.GetAsync($"leads/{lead}")).Json.GetProperty("value").GetProperty("stale").GetBoolean());

        await host.FaultAsync(new { provider = "rentCast", fault = "status", status = 429, retryAfterSeconds = 120, count = 1 });
        Assert.Equal(503, (await RefreshAsync(caller, lead)).Status);
        var spent = await RefreshAsync(caller, lead);
        await host.ClearFaultsAsync();
        await host.Database.ExecuteAsync("delete from rate_limits where key like 'rentcast%'", null, default);

        Assert.Equal((503, "rentcast_budget_spent"), Problem(spent));
        Assert.InRange(int.Parse(spent.Headers.GetValues("Retry-After").Single(), null), 60, 180);

        await host.FaultAsync(new { provider = "rentCast", fault = "status", status = 401, count = 1 });
        Assert.Equal((409, "rentcast_key_refused"), Problem(await RefreshAsync(caller, lead)));
        await host.FaultAsync(new { provider = "rentCast", fault = "notJson", count = 10 });
        Assert.Equal((502, "rentcast_not_json"), Problem(await RefreshAsync(caller, lead)));
        await host.ClearFaultsAsync();
    }

    [Fact]
    public async Task Comparables_are_those_of_the_last_valuation_and_are_paid_for_once()
    {
        var (caller, lead, home) = await OneHomeAsync();
        var neighbour = ProviderTown.LeadAt(home);
        await host.AddLeadsAsync(caller.Organization, [neighbour]);
        var before = await CallsAsync();

        var first = await caller.GetAsync($"leads/{lead}/comparables");
        var second = await caller.GetAsync($"leads/{lead}/comparables");
        var other = await caller.GetAsync($"leads/{neighbour.Id}/comparables");

        Assert.Equal((200, "asking", 15), (first.Status, first.Text("priceKind"), first.Items.Count));
        Assert.Equal(first.Json.GetRawText(), second.Json.GetRawText());
        Assert.Equal(first["items"].GetRawText(), other["items"].GetRawText());
        Assert.Equal((1, 1), (await CallsAsync() - before, (await town.LedgerAsync(caller.Organization))["comparables"]));
        Assert.All(first.Items, item =>
        {
            var sale = town.World.Sales.First(sale => sale.Home.Point == new WorldPoint(item.GetProperty("latitude").GetDouble(), item.GetProperty("longitude").GetDouble())
                && sale.ListPrice == item.GetProperty("askingPrice").GetDecimal());
            Assert.Equal(town.Clock.Today.DayNumber - sale.CloseDate.DayNumber + 1, item.GetProperty("daysOld").GetInt32());
            Assert.Equal(sale.Home.Point.MilesTo(home.Point), item.GetProperty("distanceMiles").GetDouble(), tolerance: 0.0001);
            Assert.InRange(item.GetProperty("correlation").GetDouble(), 0.5, 1);
        });
        Assert.Equal(1, (await host.QueryAsync<int>("select count(*)::int from property_values where lead_id = @lead", new { lead }))[0]);
    }

    [Fact]
    public async Task Comparables_of_a_run_s_valuation_cost_nothing_more()
    {
        var (caller, lead, _) = await OneHomeAsync();
        await host.RunAsync(JobKinds.PropertyValues, caller.Organization.Id);

        Assert.Equal(15, (await caller.GetAsync($"leads/{lead}/comparables")).Items.Count);
        Assert.Equal(["value"], (await town.LedgerAsync(caller.Organization)).Keys);
    }

    async Task<(HostClient Caller, Guid Lead, Home Home)> OneHomeAsync()
    {
        var caller = await HostClient.RegisterAsync(host);
        var home = town.NextHome();
        var lead = ProviderTown.LeadAt(home);
        await host.AddLeadsAsync(caller.Organization, [lead]);
        return (caller, lead.Id, home);
    }

    async Task ValuedAWeekAgoAsync(HostClient caller, Home home, decimal value)
    {
        await host.SetValueAsync(home.Address.OneLine, value);
        await host.RunAsync(JobKinds.PropertyValues, caller.Organization.Id);
        await host.Database.ExecuteAsync(
            """
            update property_values set as_of = as_of - 7 where organization_id = @Id;
            update valuations set checked_on = checked_on - 7, told_as_of = told_as_of - 7 where organization_id = @Id
            """, new { caller.Organization.Id }, default);
    }

    static Task<Answer> RefreshAsync(HostClient caller, Guid lead) => caller.PostAsync($"leads/{lead}/value/refresh");

    Task<int> CallsAsync() => host.CallsAsync("rentCast", "avm/value");

    static (int, string) Problem(Answer answer) => (answer.Status, answer.Code);

    async Task<decimal> BaselineAsync(Guid lead) => (await host.QueryAsync<decimal>("select told_value from valuations where lead_id = @lead", new { lead })).Single();

    async Task<int> NotifiedAsync(HostClient caller) =>
        (await host.QueryAsync<int>("select count(*)::int from notifications where organization_id = @Id", new { caller.Organization.Id }))[0];
}
