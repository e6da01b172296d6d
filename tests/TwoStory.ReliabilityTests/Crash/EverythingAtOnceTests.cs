using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TwoStory.Core.Data;
using TwoStory.Core.Jobs;
using TwoStory.Local.Jobs;
using TwoStory.Simulators.Control;
using TwoStory.Tests.Api;
using TwoStory.Tests.Data;
using TwoStory.Tests.Hosting;
using TwoStory.Tests.Jobs;
using Xunit.Abstractions;

namespace TwoStory.Tests.Crash;

/// <summary>
/// Several hosts with one database execute the same runs of two brokerages, half of them without the lock that admits one host, while
/// users of both change half of the leads. The results of the other half equal those of a night with one host and no users.
/// TWOSTORY_ROUNDS sets the number of nights; more follow while a user has not deleted a lead yet, as on a slow machine.
/// </summary>
public sealed class EverythingAtOnceTests(ITestOutputHelper output)
{
    const int LeadsEach = 60;

    const int MostRounds = 100;

    static readonly int Rounds = NightlySize.From("TWOSTORY_ROUNDS", 3);

    static readonly Dictionary<string, string?> Limits = new()
    {
        ["Upstreams:Spark:RequestsPerWindow"] = "100000",
        ["Upstreams:RentCast:Requests"] = "1000",
        ["Upstreams:RentCast:Window"] = "00:00:10",
        ["Upstreams:Resend:Requests"] = "1000",
        ["Upstreams:Resend:Window"] = "00:00:10",
    };

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Several_hosts_and_users_at_the_same_time_create_every_alert_once(int count)
    {
        await using var providers = await TestHost.StartAsync(simulators: options =>
            (options.SparkIdxLimit, options.RentCastPerSecond, options.ResendLimit, options.Latency) = (null, null, null, TimeSpan.FromMilliseconds(20)));
        var (prepared, owners) = await PrepareAsync(providers);
        var (alone, _) = await NightAsync(providers, prepared, owners, count: 1, users: false);
        providers.Get<CallLog>().Reset();
        var (crowd, users) = await NightAsync(providers, prepared, owners, count, users: true);

        output.WriteLine($"{count} hosts, {Rounds} rounds, seed {NightlySize.Seed}: {users.Sum(user => user.Done)} requests of {users.Count} users, {users.Sum(user => user.Deleted.Count)} leads deleted, "
            + $"{users.Sum(user => user.Added)} added, {users.Sum(user => user.HandedOver)} handed over; {crowd.Sales.Count} sales, {crowd.Notifications.Count} notifications");
        Assert.True(alone.Notifications.Count >= 20 && users.All(user => !user.Deleted.IsEmpty), "It was too quiet to prove anything.");
        crowd.AssertStableAs(alone);
        crowd.AssertNoDeletedLeadReported(users);
        Assert.All(crowd.Use, use => Assert.Equal((use.Seen, 0), (use.Counted, use.Unsettled)));
        Assert.Empty(crowd.Wrong);
        await TestPostgres.DropDatabaseAsync(prepared);
    }

    static async Task<(string Prepared, IReadOnlyList<HostClient> Owners)> PrepareAsync(TestHost providers)
    {
        var connectionString = await TestHost.CreateDatabaseAsync();
        await using var host = await TestHost.StartAsync(connectionString, simulators: options => options.DemoWorld = false);
        HostClient[] owners = [await HostClient.RegisterAsync(host), await HostClient.RegisterAsync(host)];
        foreach (var owner in owners)
        {
            await host.Database.ExecuteAsync(
                """
                insert into users (id, organization_id, email, name, role, password_hash)
                select id, @organization, id || '@test.example', 'Agent', 'agent', '' from (select gen_random_uuid() as id from generate_series(1, 2)) new
                """, new { organization = owner.Organization.Id }, default);
            var agents = await host.QueryAsync<Guid>("select id from users where organization_id = @Id order by id", new { owner.Organization.Id });
            await CrashNight.AddLeadsAsync(host, owner.Organization with { Agents = agents }, providers, CrashNight.Homes(providers, LeadsEach));
            await CrashNight.StartAsync(host.Database, owner.Organization);
        }
        // Users work on every second lead; no name is part of another.
        await host.Database.ExecuteAsync(
            """
            update leads l set name = case when n.place % 2 = 0 then 'Stable-' else 'Worked-' end || l.id
            from (select id, row_number() over (order by organization_id, street, id) as place from leads) n where n.id = l.id
            """, null, default);
        return (connectionString, owners);
    }

    static async Task<(CrowdedNight Night, IReadOnlyList<BusyUser> Users)> NightAsync(
        TestHost providers, string prepared, IReadOnlyList<HostClient> owners, int count, bool users)
    {
        var connectionString = await TestPostgres.CreateDatabaseAsync(prepared);
        await using var database = Database.Open(connectionString, maxConnections: 4);
        var log = new ErrorLog();
        var hosts = new List<TestHost>();
        for (var number = 0; number < count; number++) hosts.Add(await StartAsync(connectionString, providers, log));
        var busy = users ? await BusyUsersAsync(database, hosts, owners) : [];
        using var end = new CancellationTokenSource();
        var work = busy.Select(user => user.WorkAsync(end.Token)).ToList();
        var rounds = users ? Rounds : 1;
        for (var round = 0; round < rounds || (round < MostRounds && busy.Any(user => user.Deleted.IsEmpty)); round++)
        {
            await Task.WhenAll(owners.SelectMany(owner => JobKinds.All.Select(kind => ExecuteRunAsync(hosts, owner.Organization.Id, kind))));
        }
        await end.CancelAsync();
        await Task.WhenAll(work);
        // Results that two engines found after the notification of the agent belong to the next run.
        await Task.WhenAll(owners.SelectMany(owner => JobKinds.All.Select(kind => ExecuteRunAsync(hosts[..1], owner.Organization.Id, kind))));
        while (!await CrashNight.IsOverAsync(database)) await Task.Delay(50);
        foreach (var host in hosts) await host.DisposeAsync();
        await Counters.RequireExactAsync(database);
        var night = await CrowdedNight.ReadAsync(database, providers, log);
        await database.DisposeAsync();
        await TestPostgres.DropDatabaseAsync(connectionString);
        return (night, busy);
    }

    static Task<TestHost> StartAsync(string connectionString, TestHost providers, ErrorLog log) => TestHost.StartAsync(
        connectionString, settings: new Dictionary<string, string?>([.. providers.SimulatorSettings, .. Limits]),
        simulators: options => options.DemoWorld = false, configure: builder => builder.Services.AddSingleton<ILoggerProvider>(log));

    static async Task ExecuteRunAsync(IReadOnlyList<TestHost> hosts, Guid organization, string kind)
    {
        var run = await hosts[0].Get<JobStore>().StartAsync(kind, organization, occurrence: null, default);
        var at = new OrganizationRun(run.Id, organization, kind);
        await Task.WhenAll(hosts.Select((host, number) => number % 2 == 0 ? host.Get<JobRunner>().ExecuteRunAsync(at) : host.ExecuteRunAsync(at)));
    }

    static async Task<IReadOnlyList<BusyUser>> BusyUsersAsync(Database database, List<TestHost> hosts, IReadOnlyList<HostClient> owners)
    {
        var users = new List<BusyUser>();
        foreach (var (owner, number) in owners.Select((owner, number) => (owner, number)))
        {
            var agents = await database.QueryAsync<Guid>("select id from users where organization_id = @Id order by id", new { owner.Organization.Id }, default);
            var leads = await database.QueryAsync<WorkedLead>(
                "select id, name, latitude, longitude from leads where organization_id = @Id and name like 'Worked-%' order by id", new { owner.Organization.Id }, default);
            // Three users of each brokerage share the leads, and so meet at them.
            users.AddRange(Enumerable.Range(0, 3).Select(user => new BusyUser(
                owner.At(hosts[user % hosts.Count]), database, agents, leads, new Random((NightlySize.Seed * 100) + (number * 10) + user))));
        }
        return users;
    }
}
