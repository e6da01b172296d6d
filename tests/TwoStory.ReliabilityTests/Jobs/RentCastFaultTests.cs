using TwoStory.Core.Jobs;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Jobs;

/// <summary>With any fault of RentCast, a run ends in a defined state, old values stay, and the next successful run creates exactly the missing alerts.</summary>
public sealed class RentCastFaultTests(FaultyTown faulty) : IClassFixture<FaultyTown>, IAsyncLifetime
{
    readonly TestHost host = faulty.Town.Host;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => host.ClearFaultsAsync();

    [Theory]
    [InlineData("status", 401, null, "rentcast_key_refused")]
    [InlineData("status", 401, "billing/subscription-inactive", "rentcast_billing")]
    [InlineData("status", 403, null, "rentcast_key_refused")]
    [InlineData("status", 400, null, "rentcast_rejected")]
    [InlineData("status", 500, null, "rentcast_unavailable")]
    [InlineData("status", 503, null, "rentcast_unavailable")]
    [InlineData("status", 504, null, "rentcast_unavailable")]
    [InlineData("stall", null, null, "rentcast_stalled")]
    [InlineData("reset", null, null, "rentcast_connection_lost")]
    [InlineData("truncated", null, null, "rentcast_connection_lost or rentcast_answer_cut_off")]
    [InlineData("notJson", null, null, "rentcast_not_json")]
    public async Task A_fault_fails_the_run_with_its_code_and_the_next_run_reports_the_missed_results(string fault, int? status, string? code, string error)
    {
        var organization = await ValuedAsync(400_000);
        await host.FaultAsync(new { provider = "rentCast", fault, status, code });

        var failed = await RunAsync(organization);

        Assert.Equal(JobState.Failed, failed.State);
        Assert.Contains(Assert.Single(failed.Errors).Code, error.Split(" or "));
        Assert.Equal(0, failed.Counts.Alerts);
        Assert.Equal([400_000m], await ValuesAsync(organization));
        await host.ClearFaultsAsync();
        var mended = await RunAsync(organization);
        Assert.Equal((JobState.Completed, 1, 0), (mended.State, mended.Counts.Alerts, mended.Errors.Count));
        Assert.Equal([400_000m, 500_000m], await ValuesAsync(organization));
    }

    [Theory]
    [InlineData("reset", null)]
    [InlineData("truncated", null)]
    [InlineData("stall", null)]
    [InlineData("status", 429)]
    [InlineData("status", 500)]
    public async Task A_fault_that_passes_costs_nothing_but_time(string fault, int? status)
    {
        var organization = await ValuedAsync(400_000);
        await host.FaultAsync(new { provider = "rentCast", fault, status, count = 1 });

        var report = await RunAsync(organization);

        Assert.Equal((JobState.Completed, 1, 2), (report.State, report.Counts.Alerts, report.Requests.RentCast));
    }

    /// <summary>An organization with one home, its value a week ago, and a value of 500,000 now.</summary>
    async Task<TestOrganization> ValuedAsync(decimal before)
    {
        var organization = await host.AddOrganizationAsync();
        var spot = faulty.Town.NewSpot();
        await host.AddLeadsAsync(organization, [new(spot)]);
        var name = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{spot.Latitude:F5} {spot.Longitude:F5}");
        await host.SetValueAsync(name, before);
        await RunAsync(organization);
        faulty.Town.Clock.MoveDays(7);
        await host.SetValueAsync(name, 500_000);
        return organization;
    }

    Task<JobReport> RunAsync(TestOrganization organization) => host.RunAsync(JobKinds.PropertyValues, organization.Id);

    Task<IReadOnlyList<decimal>> ValuesAsync(TestOrganization organization) =>
        host.QueryAsync<decimal>("select value from property_values where organization_id = @Id order by as_of", new { organization.Id });
}
