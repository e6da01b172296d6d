using Microsoft.DurableTask.Client;
using TwoStory.Core.Jobs;
using TwoStory.Functions.Jobs;
using TwoStory.Tests.Hosting;
using TwoStory.Tests.Jobs;

namespace TwoStory.Tests.Functions;

/// <summary>Core, its database and the simulated providers, with the Durable engine instead of the runner of the one-machine host.</summary>
sealed class Town : IAsyncDisposable
{
    readonly EmptyTown empty = new()
    {
        Settings = new Dictionary<string, string?>
        {
            ["Upstreams:FirstRetryDelay"] = "00:00:00.01",
            ["Upstreams:LongestSleep"] = "00:00:00.05",
            ["Upstreams:BreakAfter"] = "1000",
            ["Upstreams:Spark:AreasPerRequest"] = "1",
            ["Jobs:MaxAttempts"] = "2",
            ["Jobs:OrganizationsPerPage"] = "3",
        },
    };

    public TestHost Host => empty.Host;

    public DurableHub Hub { get; private set; } = null!;

    public static Pace Pace { get; } = new() { RetryDelay = TimeSpan.FromMilliseconds(5) };

    public static async Task<Town> StartAsync()
    {
        var town = new Town();
        // The engine's own clock is the real one.
        town.empty.Clock.Ahead = TimeSpan.Zero;
        await town.empty.InitializeAsync();
        town.Hub = await DurableHub.StartAsync(town.Host);
        return town;
    }

    /// <summary>An organization that is due, with homes far from each other and a sale beside each: as many batches.</summary>
    public async Task<TestOrganization> AddDueAsync(int homes = 3, string sparkToken = "sim-idx-test")
    {
        var organization = await Host.AddOrganizationAsync(sparkToken);
        await Host.Database.ExecuteAsync("update organizations set created_at = now() - interval '30 days' where id = @Id", new { organization.Id }, default);
        for (var home = 0; home < homes; home++)
        {
            // Too far apart for one area.
            var spot = empty.NewSpot();
            spot = spot with { Latitude = spot.Latitude + (15 * (home % 3)) };
            await Host.AddLeadsAsync(organization, [new TestLead(spot) { Street = $"{home + 1} Main Street" }]);
            empty.Sell(spot);
        }
        return organization;
    }

    /// <summary>Starts the orchestration of an hour.</summary>
    public Task StartHourAsync(string hour, Pace? pace = null, string kind = JobKinds.NearbySales) =>
        Hub.Client.StartUnlessDoneAsync(nameof(JobOrchestrations.RunJob), new RunProgress(kind, pace ?? Pace, null, RunTotals.None), hour, default);

    /// <summary>Runs an hour to its end.</summary>
    public async Task<RunTotals> RunHourAsync(string hour, Pace? pace = null, string kind = JobKinds.NearbySales)
    {
        await StartHourAsync(hour, pace, kind);
        return await TotalsAsync(hour);
    }

    public async Task<RunTotals> TotalsAsync(string hour)
    {
        var ended = await CompletedAsync(hour);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, ended.RuntimeStatus);
        return ended.ReadOutputAs<RunTotals>()!;
    }

    /// <summary>Waits for the end of an orchestration. One that never ends fails its test instead of blocking all others.</summary>
    public async Task<OrchestrationMetadata> CompletedAsync(string instanceId)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        return await Hub.Client.WaitForInstanceCompletionAsync(instanceId, getInputsAndOutputs: true, limit.Token);
    }

    /// <summary>Waits until the organization's newest run is in this state.</summary>
    public async Task UntilAsync(TestOrganization organization, JobState state)
    {
        while ((await Host.Get<JobReports>().ListAsync(organization.Id, 1, null, default)) is not [var run] || run.State != state) await Task.Delay(20);
    }

    /// <summary>
    /// Waits until the engine has stored the timer of the organization's run. The database has the wait before the engine has: a worker that
    /// stops in between takes its work item with it, and the engine in memory does not give the item to another worker.
    /// </summary>
    public async Task UntilTimerAsync(TestOrganization organization)
    {
        var instances = await Host.QueryAsync<string>("select instance_id from job_runs where organization_id = @Id", new { organization.Id });
        var instance = Assert.Single(instances);
        while (await Hub.Client.GetInstanceAsync(instance, getInputsAndOutputs: true) is not { SerializedCustomStatus: { } status }
            || !status.Contains("WaitUntil\":\"", StringComparison.OrdinalIgnoreCase))
        {
            await Task.Delay(20);
        }
    }

    public async Task<JobReport> ReportAsync(TestOrganization organization) => (await Host.Get<JobReports>().ListAsync(organization.Id, 1, null, default))[0];

    /// <summary>Every sale beside a home was notified once, in one e-mail.</summary>
    public async Task AssertNotifiedOnceAsync(TestOrganization organization, int homes)
    {
        Assert.Equal(homes, (await Host.NotifiedAsync(organization)).Distinct().Count());
        Assert.Equal(homes, (await Host.NotifiedAsync(organization)).Count);
        Assert.Single(await Host.MailSentAsync(organization));
    }

    public async ValueTask DisposeAsync()
    {
        await Hub.DisposeAsync();
        await empty.DisposeAsync();
    }
}
