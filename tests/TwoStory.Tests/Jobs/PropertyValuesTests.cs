using TwoStory.Core.Alerts;
using TwoStory.Core.Jobs;
using TwoStory.Simulators.World;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Jobs;

public sealed class PropertyValuesTests(Neighbourhood neighbourhood) : IClassFixture<Neighbourhood>
{
    readonly TestHost host = neighbourhood.Host;

    [Fact]
    public async Task One_call_serves_all_leads_of_a_home_and_keeps_the_range()
    {
        var organization = await host.AddOrganizationAsync(agents: 2);
        var (shared, other) = (neighbourhood.NextHome(), neighbourhood.NextHome());
        await neighbourhood.SetValueAsync(shared, 500_000);
        await neighbourhood.SetValueAsync(other, 700_000);
        TestLead[] leads = [Neighbourhood.LeadAt(shared), Neighbourhood.LeadAt(shared), Neighbourhood.LeadAt(other)];
        await host.AddLeadsAsync(organization, leads);
        var before = await CallsAsync();

        var report = await neighbourhood.RunAsync(organization);

        Assert.Equal((JobState.Completed, 2, 2), (report.State, await CallsAsync() - before, report.Requests.RentCast));
        var kept = await host.QueryAsync<(Guid, decimal, decimal, decimal, DateOnly)>(
            "select lead_id, value, range_low, range_high, as_of from property_values where organization_id = @Id", new { organization.Id });
        var today = neighbourhood.Clock.Today;
        Assert.Equal(
            new[] { (leads[0].Id, 500_000m, 460_000m, 540_000m, today), (leads[1].Id, 500_000m, 460_000m, 540_000m, today), (leads[2].Id, 700_000m, 644_000m, 756_000m, today) }.Order(),
            kept.Order());
    }

    [Theory]
    [InlineData(510_000, "changed")]
    [InlineData(490_000, "changed")]
    [InlineData(509_950, "below_threshold")]
    [InlineData(490_050, "below_threshold")]
    [InlineData(500_000, "below_threshold")]
    public async Task A_change_of_two_percent_is_reported_and_a_smaller_one_is_not(decimal second, string decision)
    {
        var (organization, home) = await OneHomeAsync();

        Assert.Equal(["first_valuation", decision], await neighbourhood.WeeksAsync(organization, home, 500_000, second));

        Assert.Equal(decision == "changed" ? 1 : 0, (await neighbourhood.EvidenceAsync(organization)).Count);
        Assert.Equal(decision == "changed" ? 1 : 0, (await host.MailSentAsync(organization)).Count);
    }

    [Fact]
    public async Task A_slow_drift_is_reported_once_against_the_last_reported_value()
    {
        var (organization, home) = await OneHomeAsync();

        var decisions = await neighbourhood.WeeksAsync(organization, home, 500_000, 505_000, 510_050, 512_000, 516_000, 520_300);

        Assert.Equal(["first_valuation", "below_threshold", "changed", "below_threshold", "below_threshold", "changed"], decisions);
        Assert.Equal([500_000m, 510_050m], (await neighbourhood.EvidenceAsync(organization)).Select(evidence => evidence.Decision.Against!.Value));
    }

    [Fact]
    public async Task Noise_that_cancels_out_is_not_told_and_what_was_told_is_the_next_baseline()
    {
        var (organization, home) = await OneHomeAsync();

        Assert.Equal(
            ["first_valuation", "below_threshold", "below_threshold", "below_threshold", "below_threshold", "changed", "below_threshold", "changed"],
            await neighbourhood.WeeksAsync(organization, home, 500_000, 491_000, 501_500, 492_000, 502_000, 489_000, 498_700, 500_000));
        Assert.Equal([500_000m, 489_000m], (await neighbourhood.EvidenceAsync(organization)).Select(evidence => evidence.Decision.Against!.Value));
    }

    [Fact]
    public async Task The_threshold_is_the_organization_s()
    {
        var (organization, home) = await OneHomeAsync();
        await host.Database.ExecuteAsync("update organizations set value_change_percent = 5 where id = @Id", new { organization.Id }, default);

        Assert.Equal(["first_valuation", "below_threshold", "changed"], await neighbourhood.WeeksAsync(organization, home, 500_000, 524_000, 551_000));
        Assert.Equal(5, ((ValueRule)Assert.Single(await neighbourhood.EvidenceAsync(organization)).Rule).ThresholdPercent);
    }

    [Fact]
    public async Task A_second_run_on_one_day_sends_no_requests_and_reports_nothing()
    {
        var (organization, home) = await OneHomeAsync();
        await neighbourhood.WeeksAsync(organization, home, 500_000);
        await neighbourhood.SetValueAsync(home, 600_000);
        await neighbourhood.RunAsync(organization);
        var before = await CallsAsync();
        await neighbourhood.SetValueAsync(home, 700_000);

        var again = await neighbourhood.RunAsync(organization);

        Assert.Equal((JobState.Completed, 0, 0), (again.State, await CallsAsync() - before, again.Counts.Alerts));
        Assert.Equal([500_000m, 600_000m], (await neighbourhood.ValuesAsync(organization)).Select(row => row.Value));
    }

    [Fact]
    public async Task Leads_with_valuations_off_cause_no_requests()
    {
        var organization = await host.AddOrganizationAsync();
        await host.AddLeadsAsync(organization, [Neighbourhood.LeadAt(neighbourhood.NextHome()) with { NotifyValueChanges = false }]);
        var before = await CallsAsync();

        var report = await neighbourhood.RunAsync(organization);

        Assert.Equal((JobState.Completed, 0, 0), (report.State, report.Counts.Leads, await CallsAsync() - before));
    }

    [Fact]
    public async Task A_home_without_an_estimate_rests_for_a_week()
    {
        var organization = await host.AddOrganizationAsync();
        await host.AddLeadsAsync(organization, [new TestLead(null) { Street = "1 Nowhere Lane" }]);

        List<int> calls = [];
        foreach (var days in new[] { 0, 0, 6, 1, 0 })
        {
            neighbourhood.Clock.MoveDays(days);
            var report = await neighbourhood.RunAsync(organization);
            Assert.Equal((JobState.Completed, 0), (report.State, report.Errors.Count));
            calls.Add(report.Requests.RentCast);
        }

        Assert.Equal([1, 0, 0, 1, 0], calls);
        Assert.Equal("no_estimate", Assert.Single(await OutcomesAsync(organization)).Outcome);
    }

    [Fact]
    public async Task A_home_that_lost_its_estimate_keeps_its_last_value_as_stale()
    {
        var (organization, home) = await OneHomeAsync();
        await neighbourhood.WeeksAsync(organization, home, 500_000);
        await host.FaultAsync(new { provider = "rentCast", fault = "status", status = 404, count = 1 });

        await neighbourhood.RunAsync(organization);

        Assert.Equal(("no_estimate", true, null), Assert.Single(await OutcomesAsync(organization)));
        Assert.Equal(500_000, Assert.Single(await neighbourhood.ValuesAsync(organization)).Value);
        neighbourhood.Clock.MoveDays(7);
        Assert.Equal(["changed"], await neighbourhood.WeeksAsync(organization, home, 520_000));
        Assert.Equal(("valued", false, null), Assert.Single(await OutcomesAsync(organization)));
    }

    [Fact]
    public async Task A_failure_keeps_the_last_value_as_stale_and_the_next_run_reports_the_change()
    {
        var (organization, home) = await OneHomeAsync();
        var other = neighbourhood.NextHome();
        await host.AddLeadsAsync(organization, [Neighbourhood.LeadAt(other)]);
        await neighbourhood.SetValueAsync(other, 300_000);
        await neighbourhood.WeeksAsync(organization, home, 500_000);
        await neighbourhood.SetValueAsync(home, 600_000);
        await neighbourhood.SetValueAsync(other, 330_000);
        await host.FaultAsync(new { provider = "rentCast", fault = "status", status = 500, pathContains = home.Address.Street });

        var failed = await neighbourhood.RunAsync(organization);
        await host.ClearFaultsAsync();
        var mended = await neighbourhood.RunAsync(organization);

        Assert.Equal((JobState.Partial, 1, 1), (failed.State, failed.Counts.Failures, failed.Counts.Alerts));
        Assert.Equal("rentcast_unavailable", Assert.Single(failed.Errors).Code);
        Assert.NotNull(failed.Errors[0].LeadId);
        Assert.Equal((JobState.Completed, 1, 1), (mended.State, mended.Requests.RentCast, mended.Counts.Alerts));
        Assert.Equal([600_000m, 330_000m], (await neighbourhood.EvidenceAsync(organization)).Select(evidence => ((ValueObservation)evidence.Observation).Value).OrderDescending());
    }

    [Fact]
    public async Task A_lead_disabled_before_notification_is_not_reported()
    {
        var (organization, home) = await OneHomeAsync();
        await neighbourhood.WeeksAsync(organization, home, 500_000);
        await neighbourhood.SetValueAsync(home, 600_000);
        var run = await host.FetchAsync(organization, JobKinds.PropertyValues);
        await host.Database.ExecuteAsync("update leads set notify_value_changes = false where organization_id = @Id", new { organization.Id }, default);

        await host.ExecuteRunAsync(run);

        Assert.Equal("not_watched", (await neighbourhood.ValuesAsync(organization))[^1].Decision);
        Assert.Empty(await neighbourhood.EvidenceAsync(organization));
    }

    [Fact]
    public async Task Every_agent_with_a_lead_in_the_home_is_notified()
    {
        var organization = await host.AddOrganizationAsync(agents: 2);
        var home = neighbourhood.NextHome();
        await host.AddLeadsAsync(organization, [Neighbourhood.LeadAt(home), Neighbourhood.LeadAt(home)]);

        await neighbourhood.WeeksAsync(organization, home, 500_000, 600_000);

        Assert.Equal(
            organization.Agents.Order(), (await host.QueryAsync<Guid>("select user_id from notifications where organization_id = @Id", new { organization.Id })).Order());
        Assert.Equal(2, (await host.MailSentAsync(organization)).Count);
    }

    async Task<(TestOrganization Organization, Home Home)> OneHomeAsync()
    {
        var organization = await host.AddOrganizationAsync();
        var home = neighbourhood.NextHome();
        await host.AddLeadsAsync(organization, [Neighbourhood.LeadAt(home)]);
        return (organization, home);
    }

    Task<int> CallsAsync() => host.CallsAsync("rentCast", "avm/value");

    async Task<IReadOnlyList<(string Outcome, bool Stale, string? Error)>> OutcomesAsync(TestOrganization organization) =>
        await host.QueryAsync<(string, bool, string?)>("select outcome, stale, error_code from valuations where organization_id = @Id", new { organization.Id });
}
