using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TwoStory.Core.Accounts;
using TwoStory.Core.Data;
using TwoStory.Core.Jobs;
using TwoStory.Core.Providers.Spark;
using TwoStory.Local.Commands;
using TwoStory.Local.Hosting;
using TwoStory.Local.Jobs;
using TwoStory.Simulators;
using TwoStory.Tests.Data;

namespace TwoStory.Tests.Hosting;

/// <summary>The one-machine host in this process: real Kestrel, real PostgreSQL, the simulated providers over HTTP.</summary>
sealed class TestHost : IAsyncDisposable
{
    static readonly Lazy<Task<string>> Template = new(MigratedAsync);

    static readonly Dictionary<string, string> Keys = new()
    {
        ["JWT_SECRET"] = "a-secret-of-tests-that-is-long-enough",
        ["ENCRYPTION_KEY"] = string.Concat(Enumerable.Repeat("0123456789abcdef", 4)),
    };

    readonly WebApplication app;
    readonly string folder;
    readonly bool ownsDatabase;

    TestHost(WebApplication app, string connectionString, string folder, bool ownsDatabase, int port)
    {
        (this.app, ConnectionString, this.folder, this.ownsDatabase) = (app, connectionString, folder, ownsDatabase);
        Client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
    }

    public string ConnectionString { get; }

    public HttpClient Client { get; }

    public Database Database => app.Services.GetRequiredService<Database>();

    public TimeProvider Time => Get<TimeProvider>();

    public T Get<T>() where T : notnull => app.Services.GetRequiredService<T>();

    /// <summary>The settings under which another process is this host's twin.</summary>
    public static IReadOnlyDictionary<string, string> Secrets => Keys;

    /// <param name="database">The database of another host; null takes a fresh one.</param>
    /// <param name="salesFile">Fills the simulated MLS.</param>
    /// <param name="asOf">The day of that file that is today.</param>
    /// <param name="settings">Over everything else; such as another host's simulators.</param>
    /// <param name="simulators">Changes limits, latency and the like.</param>
    /// <param name="time">The clock of everything in the host.</param>
    /// <param name="configure">A last word on its services.</param>
    public static async Task<TestHost> StartAsync(
        string? database = null, string? salesFile = null, DateOnly? asOf = null, IDictionary<string, string?>? settings = null,
        Action<SimulatorOptions>? simulators = null, TimeProvider? time = null, Action<WebApplicationBuilder>? configure = null)
    {
        var connectionString = database ?? await CreateDatabaseAsync();
        var folder = Directory.CreateTempSubdirectory("twostory-host-").FullName;
        var port = LoopbackPort.Claim(0);
        var simulated = new SimulatorOptions { SalesFile = salesFile, SalesAsOf = asOf, TimeZone = TimeZones.Default, DemoWorld = salesFile is null };
        simulators?.Invoke(simulated);
        var app = LocalHost.Build(
            new ServeOptions(port, folder, DatabaseUrl: null, Demo: false, salesFile, asOf, RealUpstreams: false), port, connectionString, Keys,
            builder =>
            {
                builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Jobs:RetryDelay"] = "00:00:00.05" });
                if (settings is not null) builder.Configuration.AddInMemoryCollection(settings);
                if (time is not null) builder.Services.AddSingleton(time);
                builder.Logging.SetMinimumLevel(LogLevel.Error);
                builder.Services.AddSimulators(simulated);
                configure?.Invoke(builder);
            });
        await app.StartAsync();
        return new TestHost(app, connectionString, folder, database is null, port);
    }

    /// <summary>Where another host or process finds this one's simulators.</summary>
    public Dictionary<string, string?> SimulatorSettings => new()
    {
        ["Upstreams:Spark:BaseUrl"] = $"{Client.BaseAddress}simulators/spark/Version/3/Reso/OData",
        ["Upstreams:Spark:TokenUrl"] = $"{Client.BaseAddress}simulators/spark/v1/oauth2/grant",
        ["Upstreams:RentCast:BaseUrl"] = $"{Client.BaseAddress}simulators/rentcast/v1",
        ["Upstreams:Nominatim:BaseUrl"] = $"{Client.BaseAddress}simulators/nominatim",
        ["Upstreams:Census:BaseUrl"] = $"{Client.BaseAddress}simulators/census/geocoder",
        ["Upstreams:Resend:BaseUrl"] = Client.BaseAddress!.ToString(),
    };

    /// <summary>An organization with agents, ready to run jobs; the first agent is an owner.</summary>
    public async Task<TestOrganization> AddOrganizationAsync(string sparkToken = "sim-idx-test", int? pageSize = 25, int agents = 1, string timeZone = TimeZones.Default)
    {
        var organization = new TestOrganization(Guid.CreateVersion7(), [.. Enumerable.Range(0, agents).Select(_ => Guid.CreateVersion7())]);
        await Database.ExecuteAsync(
            "insert into organizations (id, name, time_zone, created_at) values (@Id, 'Test Realty', @timeZone, @now)",
            new { organization.Id, timeZone, now = Time.GetUtcNow().UtcDateTime }, default);
        foreach (var (agent, number) in organization.Agents.Select((agent, number) => (agent, number)))
        {
            await Database.ExecuteAsync(
                "insert into users (id, organization_id, email, name, role, password_hash) values (@agent, @Id, @email, @name, @role, '')",
                new { agent, organization.Id, email = $"{agent:N}@test.example", name = $"Agent {number}", role = number == 0 ? "owner" : "agent" }, default);
        }
        await Get<SparkCredentialStore>().SaveAsync(organization.Id, new BearerCredentials(sparkToken), null, pageSize, null, default);
        return organization;
    }

    /// <summary>Runs a job to its end, as the host itself would.</summary>
    public async Task<JobReport> RunAsync(string kind, Guid organizationId)
    {
        var run = await Get<JobStore>().StartAsync(kind, organizationId, occurrence: null, default);
        await Get<JobRunner>().ExecuteRunAsync(new OrganizationRun(run.Id, organizationId, kind));
        return await Get<JobReports>().GetAsync(organizationId, run.Id, default);
    }

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters = null) => await Database.QueryAsync<T>(sql, parameters, default);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.StopAsync();
        if (ownsDatabase) await Counters.RequireExactAsync(Database);
        await app.DisposeAsync();
        if (ownsDatabase) await TestPostgres.DropDatabaseAsync(ConnectionString);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>The database of a host to come, migrated and empty; the caller drops it.</summary>
    public static async Task<string> CreateDatabaseAsync() => await TestPostgres.CreateDatabaseAsync(await Template.Value);

    static async Task<string> MigratedAsync()
    {
        var connectionString = await TestPostgres.CreateDatabaseAsync();
        await using (var database = Database.Open(connectionString))
        {
            await new Migrator(database).MigrateAsync(default);
        }
        return connectionString;
    }
}

/// <param name="Agents">The first is the owner.</param>
sealed record TestOrganization(Guid Id, IReadOnlyList<Guid> Agents);
