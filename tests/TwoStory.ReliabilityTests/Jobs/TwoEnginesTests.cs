using TwoStory.Core.Jobs;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Jobs;

/// <summary>Two hosts on one database, as two instances in Azure are.</summary>
public sealed class TwoEnginesTests(KingCountyHosts hosts) : IClassFixture<KingCountyHosts>
{
    [Fact]
    public async Task Two_hosts_that_run_the_same_organization_end_like_one()
    {
        var (organization, leads) = await PrepareAsync();

        var reports = await Task.WhenAll(hosts.One.RunNearbySalesAsync(organization), hosts.Other.RunNearbySalesAsync(organization));

        Assert.All(reports, report => Assert.Equal(JobState.Completed, report.State));
        await AssertRightAsync(organization, leads);
    }

    [Fact]
    public async Task A_run_executed_by_two_engines_ends_like_a_run_of_one()
    {
        var (organization, leads) = await PrepareAsync();
        var run = await hosts.One.Get<JobStore>().StartAsync(JobKinds.NearbySales, organization.Id, occurrence: null, default);
        var at = new OrganizationRun(run.Id, organization.Id, run.Kind);

        await Task.WhenAll(hosts.One.ExecuteRunAsync(at), hosts.Other.ExecuteRunAsync(at));

        await AssertRightAsync(organization, leads);
        var report = await hosts.One.Get<JobReports>().GetAsync(organization.Id, run.Id, default);
        Assert.Equal((JobState.Completed, KingCounty.BruteForce(leads).Count), (report.State, report.Counts.Alerts));
    }

    [Fact]
    public async Task A_run_started_twice_is_one_run()
    {
        var (organization, leads) = await PrepareAsync();

        var reports = await Task.WhenAll(hosts.One.RunNearbySalesAsync(organization), hosts.One.RunNearbySalesAsync(organization));

        Assert.All(reports, report => Assert.Equal(JobState.Completed, report.State));
        await AssertRightAsync(organization, leads);
    }

    [Fact]
    public async Task A_run_that_one_engine_has_ended_gets_no_more_work_from_another()
    {
        var (organization, _) = await PrepareAsync();
        var report = await hosts.One.RunNearbySalesAsync(organization);
        var run = new OrganizationRun(report.Id, organization.Id, JobKinds.NearbySales);

        Assert.False(await hosts.Other.Get<BatchStore>().AddAgentsAsync(run, [$"\"{Guid.NewGuid()}\""], default));

        Assert.Equal(0, await PendingAsync(report.Id));
    }

    [Fact]
    public async Task A_run_to_which_one_engine_has_added_work_is_not_ended_by_another()
    {
        var (organization, leads) = await PrepareAsync();
        var run = await hosts.One.FetchAsync(organization);
        Assert.True(await PendingAsync(run.RunId) > 0);

        await hosts.Other.Get<JobStore>().FinishAsync(run, default);
        Assert.False((await hosts.One.Get<JobStore>().FindAsync(run, default))!.IsFinished);

        await hosts.Other.ExecuteRunAsync(run);
        await AssertRightAsync(organization, leads);
    }

    async Task<long> PendingAsync(Guid run) =>
        (await hosts.One.QueryAsync<long>("select count(*) from job_batches where run_id = @run and state = 'pending'", new { run }))[0];

    async Task<(TestOrganization Organization, IReadOnlyList<TestLead> Leads)> PrepareAsync()
    {
        var organization = await hosts.One.AddOrganizationAsync(agents: 3);
        var leads = KingCounty.Leads(200, seed: 7);
        await hosts.One.AddLeadsAsync(organization, leads);
        return (organization, leads);
    }

    async Task AssertRightAsync(TestOrganization organization, IReadOnlyList<TestLead> leads)
    {
        var expected = KingCounty.BruteForce(leads);
        var notified = await hosts.One.NotifiedAsync(organization);
        Assert.Equal(expected.Order(), notified.Order());
        Assert.Equal(expected.Order(), (await hosts.One.RecordedAsync(organization)).Select(row => (row.Lead, row.ListingId)).Order());
        var agents = (await hosts.One.QueryAsync<Guid>("select distinct user_id from notifications where organization_id = @Id", new { organization.Id })).Count;
        Assert.Equal(agents, (await hosts.One.MailSentAsync(organization)).Count);
    }
}

/// <summary>Two hosts over one database and one simulated MLS.</summary>
public sealed class KingCountyHosts : IAsyncLifetime
{
    internal TestHost One { get; private set; } = null!;

    internal TestHost Other { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var clock = new HostClock();
        One = await KingCounty.StartAsync(time: clock);
        Other = await TestHost.StartAsync(One.ConnectionString, settings: One.SimulatorSettings, simulators: world => world.DemoWorld = false, time: clock);
    }

    public async Task DisposeAsync()
    {
        await Other.DisposeAsync();
        await One.DisposeAsync();
    }
}
