using TwoStory.Core.Jobs;
using TwoStory.Simulators.World;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Jobs;

/// <summary>A host with the waits of production, whose clock a test moves on to the end of each wait.</summary>
public sealed class SundayNight : IAsyncLifetime
{
    int taken;

    internal TestHost Host { get; private set; } = null!;

    internal HostClock Clock { get; } = new();

    public async Task InitializeAsync()
    {
        // To the noon of the next Saturday, so that Sunday begins in twelve hours.
        Clock.MoveDays(((int)DayOfWeek.Saturday - (int)Clock.Today.DayOfWeek + 7) % 7);
        Host = await TestHost.StartAsync(time: Clock, simulators: world => world.RentCastPerSecond = null, settings: new Dictionary<string, string?>
        {
            ["Upstreams:FirstRetryDelay"] = "00:00:00.01",
            ["Jobs:RetryDelay"] = "00:00:15",
            ["Upstreams:RentCast:Requests"] = "100000",
        });
    }

    public async Task DisposeAsync() => await Host.DisposeAsync();

    internal IReadOnlyList<Home> NextHomes(int count)
    {
        var first = Interlocked.Add(ref taken, count) - count;
        return [.. Host.Get<SimulatedWorld>().Homes.Where(home => home.Address is { State: "WA", Unit: null }).Skip(first).Take(count)];
    }

    /// <summary>Moves the clock to the next occurrence of midnight in the organizations' time zone, and a minute on.</summary>
    internal void ToMidnight()
    {
        var local = TimeZoneInfo.ConvertTime(Clock.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(TwoStory.Core.Accounts.TimeZones.Default));
        Clock.Ahead += TimeSpan.FromDays(1) - local.TimeOfDay + TimeSpan.FromMinutes(1);
    }

    /// <summary>The runs that the hourly timer starts now for an organization.</summary>
    internal async Task<IReadOnlyList<OrganizationRun>> DueAsync(TestOrganization organization)
    {
        List<OrganizationRun> runs = [];
        Guid? after = null;
        do
        {
            var page = await Host.Get<JobDue>().StartDueAsync(JobKinds.PropertyValues, after, default);
            runs.AddRange(page.Runs.Where(run => run.OrganizationId == organization.Id));
            after = page.After;
        }
        while (after is not null);
        return runs;
    }

    /// <summary>Carries a run to its end; the clock moves on to the end of each wait.</summary>
    /// <param name="run">The run.</param>
    /// <param name="waiting">Called before each wait with the time that has passed since the start.</param>
    internal async Task<JobReport> CarryAsync(OrganizationRun run, Func<TimeSpan, Task>? waiting = null)
    {
        var (steps, start) = (Host.Get<JobSteps>(), Clock.GetUtcNow());
        while (await steps.NextAsync(run, default) is { IsFinished: false } step)
        {
            foreach (var ordinal in step.Batches) await steps.RunBatchAsync(run, ordinal, default);
            if (step.WaitUntil is not { } until) continue;
            var wait = until - Clock.GetUtcNow().UtcDateTime;
            if (wait > TimeSpan.Zero) Clock.Ahead += wait;
            if (waiting is not null) await waiting(Clock.GetUtcNow() - start);
        }
        return await Host.Get<JobReports>().GetAsync(run.OrganizationId, run.RunId, default);
    }
}

/// <summary>An outage of the AVM is the provider's and not the homes': the run waits, ends, and the following days catch up.</summary>
public sealed class ValueOutageTests(SundayNight night) : IClassFixture<SundayNight>, IAsyncLifetime
{
    const int Homes = 30;

    readonly TestHost host = night.Host;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => host.ClearFaultsAsync();

    [Fact]
    public async Task RentCast_away_for_a_hundred_seconds_costs_no_home_its_value()
    {
        var (organization, run) = await SundayAsync();
        await AwayAsync();

        var report = await night.CarryAsync(run, async passed =>
        {
            if (passed >= TimeSpan.FromSeconds(100)) await host.ClearFaultsAsync();
        });

        Assert.Equal((JobState.Completed, 0, 0), (report.State, report.Counts.Failures, report.Counts.Postponed));
        Assert.Equal(Homes, await ValuedAsync(organization));
    }

    [Fact]
    public async Task RentCast_away_for_a_whole_night_ends_the_run_and_the_next_day_catches_up_once()
    {
        var (organization, run) = await SundayAsync();
        await AwayAsync();
        var waited = TimeSpan.Zero;

        var report = await night.CarryAsync(run, passed => { waited = passed; return Task.CompletedTask; });

        Assert.Equal((JobState.Failed, Homes), (report.State, report.Counts.Postponed));
        Assert.True(waited > TimeSpan.FromHours(3) && waited < TimeSpan.FromHours(12), waited.ToString());
        Assert.Empty(await night.DueAsync(organization));
        await host.ClearFaultsAsync();
        night.ToMidnight();

        var caughtUp = await night.CarryAsync(Assert.Single(await night.DueAsync(organization)));

        Assert.Equal((JobState.Completed, Homes, 0), (caughtUp.State, caughtUp.Requests.RentCast, caughtUp.Counts.Postponed));
        Assert.Equal(Homes, await ValuedAsync(organization));
        night.ToMidnight();
        Assert.Empty(await night.DueAsync(organization));
    }

    [Fact]
    public async Task The_following_day_fetches_only_what_the_night_did_not_reach()
    {
        var (organization, run) = await SundayAsync();
        // The first batch is valued, then RentCast is away.
        var steps = host.Get<JobSteps>();
        var first = (await steps.NextAsync(run, default), await steps.NextAsync(run, default)).Item2;
        await steps.RunBatchAsync(run, first.Batches[0], default);
        await AwayAsync();
        var report = await night.CarryAsync(run);
        Assert.Equal((JobState.Partial, 20), (report.State, report.Counts.Postponed));
        await host.ClearFaultsAsync();
        night.ToMidnight();

        var caughtUp = await night.CarryAsync(Assert.Single(await night.DueAsync(organization)));

        Assert.Equal((20, 20), (caughtUp.Counts.Leads, caughtUp.Requests.RentCast));
        Assert.Equal(Homes, await ValuedAsync(organization));
    }

    [Fact]
    public async Task A_night_stopped_by_the_organization_s_own_cap_is_not_tried_again_before_the_month_turns()
    {
        var (organization, run) = await SundayAsync();
        await host.Database.ExecuteAsync(
            """
            insert into usage_budgets (organization_id, provider, month, calls, valuations, cap)
            values (@Id, 'rentcast', date_trunc('month', @now::timestamptz at time zone 'UTC')::date, 0, 0, 7)
            """, new { organization.Id, now = night.Clock.GetUtcNow().UtcDateTime }, default);

        var report = await night.CarryAsync(run);

        Assert.Equal((JobState.Partial, Homes - 7, 0), (report.State, report.Counts.Refused, report.Counts.Postponed));
        // The database stamps with its own clock, which stays behind.
        await host.Database.ExecuteAsync("update job_runs set finished_at = @now where id = @RunId", new { run.RunId, now = night.Clock.GetUtcNow().UtcDateTime }, default);
        var month = night.Clock.GetUtcNow().Month;
        night.ToMidnight();
        var due = await night.DueAsync(organization);
        Assert.Equal(month == night.Clock.GetUtcNow().Month ? 0 : 1, due.Count);
    }

    [Fact]
    public async Task Counts_say_how_many_leads_were_not_watched()
    {
        var organization = await host.AddOrganizationAsync();
        var homes = night.NextHomes(3);
        await host.AddLeadsAsync(organization, [.. homes.Select((home, number) => Neighbourhood.LeadAt(home) with { NotifyValueChanges = number > 0 })]);
        var run = await host.FetchAsync(organization, JobKinds.PropertyValues);
        // One more is switched off after its value was fetched.
        await host.Database.ExecuteAsync(
            "update leads set notify_value_changes = false where id = (select lead_id from property_values where organization_id = @Id limit 1)",
            new { organization.Id }, default);

        var report = await night.CarryAsync(run);

        Assert.Equal((JobState.Completed, 2, 2), (report.State, report.Counts.Leads, report.Counts.NotWatched));
    }

    Task AwayAsync() => host.FaultAsync(new { provider = "rentCast", fault = "status", status = 503 });

    async Task<(TestOrganization Organization, OrganizationRun Run)> SundayAsync()
    {
        while (night.Clock.Today.DayOfWeek != DayOfWeek.Saturday) night.Clock.MoveDays(1);
        var organization = await host.AddOrganizationAsync();
        await host.AddLeadsAsync(organization, [.. night.NextHomes(Homes).Select(Neighbourhood.LeadAt)]);
        night.ToMidnight();
        return (organization, Assert.Single(await night.DueAsync(organization)));
    }

    async Task<int> ValuedAsync(TestOrganization organization) => (await host.QueryAsync<int>(
        "select count(distinct lead_id)::int from property_values where organization_id = @Id", new { organization.Id }))[0];
}
