using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using TwoStory.Local.Postgres;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Local;

/// <summary>A checkout with a data folder of its own, gone after the test.</summary>
sealed class ServerFolder : IDisposable
{
    public ServerFolder()
    {
        if (!OperatingSystem.IsWindows())
        {
            // As a checkout is: others may pass.
            File.SetUnixFileMode(Checkout, File.GetUnixFileMode(Checkout) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }
    }

    static readonly Dictionary<string, string> CrashSafe = new(TestPostgres.FastSettings) { ["synchronous_commit"] = "on" };

    public string Checkout { get; } = Directory.CreateTempSubdirectory("twostory-checkout-").FullName;

    public string Data => Path.Combine(Checkout, ".twostory");

    public string ClusterData => Path.Combine(Data, "postgres", "data");

    public Task<PostgresServer> StartAsync() => StartAsync(TestPostgres.FastSettings);

    /// <summary>Commits survive a crash of this server, not of the machine.</summary>
    public Task<PostgresServer> StartCrashSafeAsync() => StartAsync(CrashSafe);

    Task<PostgresServer> StartAsync(IReadOnlyDictionary<string, string> settings) => PostgresServer.StartAsync(
        new PostgresOptions { DataDirectory = Data, Settings = settings }, NullLogger.Instance, CancellationToken.None);

    public void Dispose()
    {
        var location = Path.Combine(Data, "postgres-location");
        if (File.Exists(location))
        {
            Directory.Delete(File.ReadAllText(location), recursive: true);
        }

        Directory.Delete(Checkout, recursive: true);
    }
}

/// <summary>The one row by which a server is known to be the same as before.</summary>
static class RowOfOurs
{
    public static async Task WriteAsync(PostgresServer server)
    {
        await using var connection = Connect(server);
        // Durable although the server is not, as it is about to be killed.
        await connection.ExecuteAsync("set synchronous_commit = on; create table kept (id int); insert into kept values (1)");
    }

    public static async Task<long> CountAsync(PostgresServer server)
    {
        await using var connection = Connect(server);
        return await connection.ExecuteScalarAsync<bool>("select to_regclass('kept') is not null")
            ? await connection.ExecuteScalarAsync<long>("select count(*) from kept")
            : 0;
    }

    static NpgsqlConnection Connect(PostgresServer server) =>
        new(new NpgsqlConnectionStringBuilder(server.ConnectionString) { Pooling = false }.ConnectionString);
}
