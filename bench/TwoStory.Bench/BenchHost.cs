using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using TwoStory.Core.Accounts;
using TwoStory.Core.Data;
using TwoStory.Core.Providers.Spark;
using TwoStory.Local.Commands;
using TwoStory.Local.Hosting;
using TwoStory.Local.Postgres;
using TwoStory.Simulators;
using TwoStory.Tests.Data;
using TwoStory.Tests.Local;

namespace TwoStory.Bench;

/// <summary>A PostgreSQL with its ordinary settings, and hosts with new databases on it.</summary>
sealed class BenchHost : IAsyncDisposable
{
    static readonly Dictionary<string, string> Keys = new()
    {
        ["JWT_SECRET"] = "a-secret-of-benchmarks-that-is-long-enough",
        ["ENCRYPTION_KEY"] = new string('a', 64),
    };

    public static readonly DateOnly Today = new(2015, 2, 20);

    readonly string folder = Directory.CreateTempSubdirectory("twostory-bench-").FullName;
    PostgresServer? server;

    public async Task<WebApplication> StartAsync(IDictionary<string, string?>? settings = null, Action<SimulatorOptions>? simulators = null,
        string? connectionString = null)
    {
        connectionString ??= await CreateDatabaseAsync();
        var port = LoopbackPort.Claim(0);
        var simulated = new SimulatorOptions { SalesFile = SalesFile(), SalesAsOf = Today, TimeZone = TimeZones.Default, DemoWorld = false };
        simulators?.Invoke(simulated);
        var options = new ServeOptions(port, Path.Combine(folder, "data"), null, Demo: false, simulated.SalesFile, Today, RealUpstreams: false);
        var app = LocalHost.Build(options, port, connectionString, Keys, builder =>
        {
            if (settings is not null) builder.Configuration.AddInMemoryCollection(settings);
            builder.Services.AddSimulators(simulated);
        });
        await app.StartAsync();
        return app;
    }

    /// <summary>A database of its own with this version's schema.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var connectionString = await CreateDatabaseAsync(migrations: 0);
        await using var database = Database.Open(connectionString);
        await new Migrator(database).MigrateAsync(default);
        return connectionString;
    }

    /// <param name="migrations">How many of the shipped ones it has.</param>
    public async Task<string> CreateDatabaseAsync(int migrations)
    {
        server ??= await PostgresServer.StartAsync(new PostgresOptions { DataDirectory = Path.Combine(folder, "postgres") }, NullLogger.Instance, default);
        var name = $"bench_{Guid.CreateVersion7():N}";
        await using (var connection = new NpgsqlConnection(server.ConnectionString)) await connection.ExecuteAsync($"create database {name}");
        var connectionString = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = name }.ConnectionString;
        await OldSchema.MakeAsync(connectionString, migrations);
        return connectionString;
    }

    /// <summary>An organization with three agents and leads at homes of the sales file.</summary>
    public static async Task<Guid> AddOrganizationAsync(IServiceProvider services, int leads, string sparkToken)
    {
        var database = services.GetRequiredService<Database>();
        var organizationId = Guid.CreateVersion7();
        await database.ExecuteAsync("insert into organizations (id, name, time_zone, subscription_tier) values (@organizationId, 'Bench Realty', @zone, 'brokerage')", new { organizationId, zone = TimeZones.Default }, default);
        var agents = Enumerable.Range(0, 3).Select(_ => Guid.CreateVersion7()).ToArray();
        foreach (var agent in agents)
        {
            await database.ExecuteAsync(
                "insert into users (id, organization_id, email, name, role, password_hash) values (@agent, @organizationId, @email, 'Agent', 'agent', '')",
                new { agent, organizationId, email = $"{agent:N}@bench.example" }, default);
        }
        await services.GetRequiredService<SparkCredentialStore>().SaveAsync(organizationId, new BearerCredentials(sparkToken), null, 25, null, default);
        var random = new Random(7);
        foreach (var chunk in Enumerable.Range(0, leads).Select(_ => ClosedSales.All[random.Next(ClosedSales.All.Count)].Point).Chunk(20_000))
        {
            await database.ExecuteAsync(
                """
                insert into leads (id, organization_id, owner_id, name, latitude, longitude, location_precision, alerts_since)
                select gen_random_uuid(), @organizationId, (@agents::uuid[])[1 + place % 3], 'Lead ' || place, latitude, longitude, 'rooftop', '2014-01-01'
                from unnest(@latitudes, @longitudes) with ordinality as p (latitude, longitude, place)
                """,
                new
                {
                    organizationId,
                    agents,
                    latitudes = chunk.Select(point => point.Latitude).ToArray(),
                    longitudes = chunk.Select(point => point.Longitude).ToArray()
                }, default);
        }
        await database.ExecuteAsync("analyze leads", null, default);
        return organizationId;
    }

    static string SalesFile()
    {
        if (ClosedSales.File is { } real) return real;
        var path = Path.Combine(Path.GetTempPath(), $"twostory-bench-{Environment.ProcessId}.csv");
        if (!File.Exists(path)) ClosedSales.Write(path, ClosedSales.All);
        return path;
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
