using System.Diagnostics;
using Npgsql;
using TwoStory.Core.Data;
using TwoStory.Core.Jobs;
using TwoStory.Local.Postgres;
using TwoStory.Simulators.Control;
using TwoStory.Simulators.Mail;
using TwoStory.Tests.Hosting;
using TwoStory.Tests.Local;
using Xunit.Abstractions;

namespace TwoStory.Tests.Crash;

/// <summary>
/// Connections that break, and a server that crashes and comes back on the same data, in the middle of both jobs and under API
/// load. TWOSTORY_OUTAGES sets the number of server crashes.
/// </summary>
public sealed class DatabaseOutageTests(ITestOutputHelper output) : IAsyncLifetime, IDisposable
{
    const int Leads = 40;

    const int CutsPerOutage = 3;

    static readonly int Outages = NightlySize.From("TWOSTORY_OUTAGES", 2);

    static readonly TimeSpan Down = TimeSpan.FromSeconds(2);

    readonly ServerFolder place = new();
    TestHost providers = null!;
    PostgresServer server = null!;

    public async Task InitializeAsync()
    {
        providers = await TestHost.StartAsync(simulators: options =>
            (options.SparkIdxLimit, options.RentCastPerSecond, options.ResendLimit, options.Latency) = (null, null, null, TimeSpan.FromMilliseconds(500)));
        server = await place.StartCrashSafeAsync();
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        await providers.DisposeAsync();
    }

    public void Dispose() => place.Dispose();

    [Fact]
    public async Task A_database_outage_is_reported_to_every_client_and_loses_or_duplicates_nothing()
    {
        var owner = await PrepareAsync();
        var calm = await CalmAsync();
        providers.Get<CallLog>().Reset();
        var mailed = providers.Get<Mailbox>().All().Count;
        using var proxy = new DatabaseProxy(server.Port, new KillSwitch(null));
        var settings = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = "rough", Port = proxy.Port };
        await using var host = await StartHostAsync(settings.ConnectionString);
        var clients = Enumerable.Range(0, 6).Select(_ => new OutageClient(owner.At(host))).ToList();
        using var end = new CancellationTokenSource();
        var load = clients.Select(client => client.CallAsync(end.Token)).ToList();

        for (var outage = 0; outage < Outages; outage++) await BreakAsync(proxy, clients, load);
        await using var database = Open("rough");
        await WaitForEndAsync(database, host);
        // The pool has discarded its broken connections by now, so all further requests succeed.
        var refused = clients.Sum(client => client.Refused);
        var answered = clients.Sum(client => client.Answered);
        while (clients.Sum(client => client.Answered) < answered + 200) await NextMomentAsync(load);
        Assert.Equal(refused, clients.Sum(client => client.Refused));
        await end.CancelAsync();
        await Task.WhenAll(load);

        output.WriteLine($"{Outages} crashes, {Outages * CutsPerOutage} times all connections cut: {clients.Sum(client => client.Answered)} requests answered, {refused} refused with 503, "
            + $"longest {clients.Max(client => client.Longest).TotalSeconds:0.0} s; {clients.Sum(client => client.Kept.Count)} leads kept");
        Assert.True(refused > 0);
        var mails = providers.Get<Mailbox>().All();
        (await NightResult.ReadAsync(database, mails.Take(mails.Count - mailed))).AssertSame(calm, "after the outages");
        Assert.All(await ProviderUse.ReadAsync(providers, database), use => use.AssertCounted("after the outages"));
        Assert.Equal(
            clients.SelectMany(client => client.Kept).Order(), await database.QueryAsync<string>("select name from leads where name like 'Kept-%' order by name collate \"C\"", null, default));
    }

    async Task<HostClient> PrepareAsync()
    {
        await using (var database = Open("twostory"))
        {
            await new Migrator(database).MigrateAsync(default);
        }
        HostClient owner;
        await using (var host = await TestHost.StartAsync(server.ConnectionString, simulators: options => options.DemoWorld = false))
        {
            owner = await HostClient.RegisterAsync(host);
            await CrashNight.AddLeadsAsync(host, owner.Organization, providers, CrashNight.Homes(providers, Leads));
            await CrashNight.StartAsync(host.Database, owner.Organization, JobKinds.All);
        }
        await using (var postgres = Open("postgres")) await postgres.ExecuteAsync("create database rough template twostory", null, default);
        return owner;
    }

    async Task<NightResult> CalmAsync()
    {
        await using var database = Open("twostory");
        await using (await StartHostAsync(server.ConnectionString)) await WaitForEndAsync(database, null);
        return await NightResult.ReadAsync(database, providers.Get<Mailbox>().All());
    }

    Task<TestHost> StartHostAsync(string connectionString) => TestHost.StartAsync(
        connectionString, simulators: options => options.DemoWorld = false,
        settings: new Dictionary<string, string?>(providers.SimulatorSettings)
        {
            ["Upstreams:RentCast:Requests"] = "1000",
            ["Upstreams:RentCast:Window"] = "00:00:10",
        });

    /// <summary>Causes each outage between provider requests of the jobs.</summary>
    async Task BreakAsync(DatabaseProxy proxy, List<OutageClient> clients, List<Task> load)
    {
        for (var cut = 0; cut < CutsPerOutage; cut++)
        {
            await Task.Delay(300);
            while (proxy.Cut() == 0) await NextMomentAsync(load);
        }
        await Task.Delay(300);
        var refused = clients.Sum(client => client.Refused);
        await CrashAsync();
        await Task.Delay(Down);
        while (clients.Sum(client => client.Refused) == refused) await NextMomentAsync(load);
        server = await place.StartCrashSafeAsync();
        proxy.Server = server.Port;
    }

    /// <summary>Fails when a client received an unexpected response.</summary>
    static async Task NextMomentAsync(List<Task> load)
    {
        await Task.WhenAll(load.Where(task => task.IsCompleted));
        await Task.Delay(20);
    }

    // Immediate mode (https://www.postgresql.org/docs/current/server-shutdown.html): no goodbye, and recovery at the next start.
    async Task CrashAsync()
    {
        var postmaster = Postmaster.Read(place.ClusterData)!;
        using (var quit = Process.Start("kill", ["-QUIT", $"{postmaster.ProcessId}"])) await quit.WaitForExitAsync();
        await server.DisposeAsync();
    }

    Database Open(string name) => Database.Open(
        new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = name, Pooling = false }.ConnectionString, maxConnections: 2);

    static async Task WaitForEndAsync(Database database, TestHost? hurried)
    {
        while (!await CrashNight.IsOverAsync(database))
        {
            await Task.Delay(100);
            // The lease of a mail whose sending was cut off need not be waited for.
            if (hurried is not null) await database.ExecuteAsync("update email_outbox set not_before = now() where state = 'sending' and not_before > now() + interval '1 second'", null, default);
        }
    }
}
