using TwoStory.Core.Jobs;
using TwoStory.Core.Providers.Spark;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Jobs;

/// <summary>With any fault of Spark, a run ends in a defined state, and the next successful one creates exactly the missing alerts.</summary>
public sealed class SparkFaultTests(FaultyTown faulty) : IClassFixture<FaultyTown>, IAsyncLifetime
{
    readonly EmptyTown town = faulty.Town;

    readonly TestHost host = faulty.Town.Host;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => host.ClearFaultsAsync();

    [Theory]
    [InlineData("status", 401, null, "spark_credentials_refused")]
    [InlineData("status", 401, "1020", "spark_token_expired")]
    [InlineData("status", 403, null, "spark_wrong_host")]
    [InlineData("status", 403, "1500", "spark_access_refused")]
    [InlineData("status", 400, null, "spark_filter_rejected")]
    [InlineData("status", 404, null, "spark_not_found")]
    [InlineData("status", 500, null, "spark_unavailable")]
    [InlineData("status", 503, "1510", "spark_unavailable")]
    [InlineData("status", 503, null, "spark_query_too_slow")]
    [InlineData("stall", null, null, "spark_stalled")]
    [InlineData("reset", null, null, "spark_connection_lost")]
    [InlineData("truncated", null, null, "spark_connection_lost or spark_answer_cut_off")]
    [InlineData("notJson", null, null, "spark_not_json")]
    [InlineData("foreignNextLink", null, null, "spark_foreign_next_link")]
    public async Task A_fault_fails_the_run_with_its_code_and_the_next_run_reports_the_missed_results(string fault, int? status, string? code, string error)
    {
        var (organization, token, expected) = await PrepareAsync();
        await host.FaultAsync(new { provider = "spark", fault, status, code, credential = token });

        var failed = await host.RunNearbySalesAsync(organization);

        Assert.Equal(JobState.Failed, failed.State);
        Assert.All(failed.Errors, reported => Assert.Equal(organization.Id, reported.OrganizationId));
        Assert.All(failed.Errors, reported => Assert.Contains(reported.Code, error.Split(" or ")));
        Assert.NotEmpty(failed.Errors);
        Assert.Empty(await host.NotifiedAsync(organization));
        await AssertMendedAsync(organization, token, expected);
    }

    [Theory]
    [InlineData("status", 500, null, "spark_unavailable")]
    [InlineData("stall", null, null, "spark_stalled")]
    [InlineData("notJson", null, null, "spark_not_json")]
    public async Task A_fault_in_one_area_does_not_affect_the_reports_of_other_areas(string fault, int? status, string? code, string error)
    {
        var (organization, token, expected) = await PrepareAsync();
        // Too far apart for one area.
        var near = town.NewSpot();
        var quiet = near with { Latitude = near.Latitude + 20 };
        var lead = new TestLead(quiet);
        await host.AddLeadsAsync(organization, [lead]);
        var missed = town.Sell(quiet);
        await host.FaultAsync(new { provider = "spark", fault, status, code, credential = token, pathContains = $"{quiet.Longitude:0}." });

        var partial = await host.RunNearbySalesAsync(organization);

        Assert.Equal(JobState.Partial, partial.State);
        Assert.Contains(partial.Errors, reported => reported.Code == error);
        Assert.Equal(expected, await host.NotifiedAsync(organization));
        await AssertMendedAsync(organization, token, [.. expected, (lead.Id, missed.ListingId)]);
    }

    [Theory]
    [InlineData("reset", null, null, null)]
    [InlineData("truncated", null, null, null)]
    [InlineData("notJson", null, null, null)]
    [InlineData("stall", null, null, null)]
    [InlineData("status", 500, null, null)]
    [InlineData("status", 503, "1510", null)]
    [InlineData("status", 503, null, null)]
    [InlineData("status", 429, null, 1)]
    [InlineData("status", 429, null, 2)]
    [InlineData("status", 429, null, null)]
    public async Task A_fault_that_passes_costs_nothing_but_time(string fault, int? status, string? code, int? retryAfterSeconds)
    {
        var (organization, token, expected) = await PrepareAsync();
        await host.FaultAsync(new { provider = "spark", fault, status, code, retryAfterSeconds, credential = token, count = 1 });

        var report = await host.RunNearbySalesAsync(organization);

        Assert.Equal((JobState.Completed, 0), (report.State, report.Errors.Count));
        Assert.Equal(expected, await host.NotifiedAsync(organization));
    }

    [Fact]
    public async Task A_fault_on_a_later_page_loses_nothing()
    {
        var (organization, token, expected) = await PrepareAsync(sales: 30);
        await host.FaultAsync(new { provider = "spark", fault = "status", status = 500, credential = token, pathContains = "$skiptoken" });

        var failed = await host.RunNearbySalesAsync(organization);

        Assert.Equal("spark_unavailable", Assert.Single(failed.Errors).Code);
        Assert.True((await host.NotifiedAsync(organization)).All(expected.Contains));
        await AssertMendedAsync(organization, token, expected);
    }

    [Fact]
    public async Task A_repeated_page_ends_the_search_and_fetched_sales_are_reported()
    {
        var (organization, token, expected) = await PrepareAsync(sales: 30);
        await host.FaultAsync(new { provider = "spark", fault = "repeatPage", credential = token });

        var report = await host.RunNearbySalesAsync(organization);

        Assert.Equal((JobState.Partial, 25), (report.State, report.Counts.Alerts));
        Assert.Equal("spark_repeating_page", Assert.Single(report.Errors).Code);
        Assert.True(report.Requests.Spark <= 4);
        Assert.True((await host.NotifiedAsync(organization)).All(expected.Contains));
        await AssertMendedAsync(organization, token, expected);
    }

    [Theory]
    [InlineData("duplicateRows")]
    [InlineData("nullValues")]
    public async Task Rows_that_come_twice_or_make_no_sense_change_nothing(string fault)
    {
        var (organization, token, expected) = await PrepareAsync(sales: 30);
        await host.FaultAsync(new { provider = "spark", fault, credential = token });

        var report = await host.RunNearbySalesAsync(organization);

        Assert.Equal((JobState.Completed, 30), (report.State, report.Counts.Alerts));
        Assert.Equal(expected, await host.NotifiedAsync(organization));
        Assert.Equal(30, (await host.RecordedAsync(organization)).Count);
    }

    [Fact]
    public async Task A_reached_rate_limit_makes_the_run_wait_and_report_until_when()
    {
        var (organization, token, expected) = await PrepareAsync();
        await host.FaultAsync(new { provider = "spark", fault = "status", status = 429, credential = token, count = 1 });

        var running = host.RunNearbySalesAsync(organization);
        JobReport? waiting = null;
        while (!running.IsCompleted && waiting is null)
        {
            waiting = (await host.Get<JobReports>().ListAsync(organization.Id, 1, null, default)).SingleOrDefault(report => report.State == JobState.Waiting);
            await Task.Delay(20);
        }
        var report = await running;

        Assert.NotNull(waiting);
        Assert.InRange(waiting.WaitUntil!.Value, waiting.StartedAt!.Value, DateTime.UtcNow.AddDays(2));
        Assert.Equal((JobState.Completed, null), (report.State, report.WaitUntil));
        Assert.Equal(expected, await host.NotifiedAsync(organization));
    }

    [Fact]
    public async Task A_server_that_always_answers_too_slow_gets_a_bounded_number_of_requests()
    {
        var (organization, token, expected) = await PrepareAsync();
        await host.Database.ExecuteAsync("update leads set radius_miles = 50 where organization_id = @Id", new { organization.Id }, default);
        await host.FaultAsync(new { provider = "spark", fault = "status", status = 503, credential = token });

        var failed = await host.RunNearbySalesAsync(organization);

        Assert.Equal(JobState.Failed, failed.State);
        Assert.InRange(failed.Requests.Spark, 10, 200);
        await AssertMendedAsync(organization, token, expected);
    }

    [Fact]
    public async Task An_organization_with_bad_credentials_or_a_stalled_mls_does_not_delay_others()
    {
        var (good, _, expected) = await PrepareAsync();
        var (stalled, stalledToken, missed) = await PrepareAsync();
        var (refused, _, _) = await PrepareAsync("no-such-token");
        await host.FaultAsync(new { provider = "spark", fault = "stall", credential = stalledToken });

        var slow = host.RunNearbySalesAsync(stalled);
        var reports = await Task.WhenAll(host.RunNearbySalesAsync(good), host.RunNearbySalesAsync(refused));

        Assert.False(slow.IsCompleted);
        Assert.Equal([JobState.Completed, JobState.Failed], reports.Select(report => report.State));
        Assert.Equal("spark_credentials_refused", Assert.Single(reports[1].Errors).Code);
        Assert.Equal(expected, await host.NotifiedAsync(good));
        await host.ClearFaultsAsync();
        await slow;
        await host.RunNearbySalesAsync(stalled);
        Assert.Equal(missed, await host.NotifiedAsync(stalled));
    }

    [Fact]
    public async Task Refused_credentials_are_not_tried_again_until_others_are_saved()
    {
        var (organization, _, _) = await PrepareAsync("no-such-token-either");
        await host.RunNearbySalesAsync(organization);
        var before = await host.CallsAsync("spark", "Property");

        var again = await host.RunNearbySalesAsync(organization);

        Assert.Equal((JobState.Failed, before), (again.State, await host.CallsAsync("spark", "Property")));
        Assert.Equal("spark_credentials_refused", Assert.Single(again.Errors).Code);
    }

    [Fact]
    public async Task An_organization_without_credentials_fails_by_name()
    {
        var organization = await host.AddOrganizationAsync();
        await host.Database.ExecuteAsync("update organizations set spark_credentials = null where id = @Id", new { organization.Id }, default);

        var report = await host.RunNearbySalesAsync(organization);

        Assert.Equal((JobState.Failed, "spark_credentials_missing"), (report.State, Assert.Single(report.Errors).Code));
    }

    /// <summary>One lead and sales around it, under a token that no other test has.</summary>
    async Task<(TestOrganization Organization, string Token, List<(Guid Lead, string ListingId)> Expected)> PrepareAsync(string? token = null, int sales = 1)
    {
        token ??= $"sim-idx-{Guid.NewGuid():N}";
        var organization = await host.AddOrganizationAsync(token);
        var spot = town.NewSpot();
        var lead = new TestLead(spot);
        await host.AddLeadsAsync(organization, [lead]);
        var sold = Enumerable.Range(0, sales).Select(number => town.Sell(spot.North(number / 40.0)).ListingId).Order(StringComparer.Ordinal);
        return (organization, token, [.. sold.Select(listing => (lead.Id, listing))]);
    }

    async Task AssertMendedAsync(TestOrganization organization, string token, List<(Guid Lead, string ListingId)> expected)
    {
        await host.ClearFaultsAsync();
        await host.Get<SparkCredentialStore>().SaveAsync(organization.Id, new BearerCredentials(token), null, 25, null, default);
        var mended = await host.RunNearbySalesAsync(organization);
        Assert.Equal((JobState.Completed, 0), (mended.State, mended.Errors.Count));
        Assert.Equal(expected.Order(), (await host.NotifiedAsync(organization)).Order());
    }
}
