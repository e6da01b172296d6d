using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using TwoStory.Local.Postgres;

namespace TwoStory.Tests.Hosting;

/// <summary>One PostgreSQL for the whole test process, started at first use; each test class creates its own databases.</summary>
static class TestPostgres
{
    /// <summary>For servers whose data may be lost with the machine: speed is all.</summary>
    public static readonly IReadOnlyDictionary<string, string> FastSettings = new Dictionary<string, string>
    {
        ["fsync"] = "off",
        ["synchronous_commit"] = "off",
        ["full_page_writes"] = "off",
    };

    static readonly Lazy<Task<PostgresServer>> Server = new(StartAsync);

    /// <summary>A fresh database, empty or a copy of the template: the connection string or name of an earlier one.</summary>
    /// <returns>Its connection string, as superuser.</returns>
    public static async Task<string> CreateDatabaseAsync(string? template = null)
    {
        var server = await Server.Value;
        var name = $"test_{Guid.CreateVersion7():N}";
        var source = template is null ? "template1" : NameOf(template);
        if (template is not null)
        {
            // A database with connections, idle pooled ones included, cannot be copied.
            await RunAsync($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{source}'");
        }

        await RunAsync($"create database {name} template {source}");
        return new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = name }.ConnectionString;
    }

    public static async Task DropDatabaseAsync(string connectionString)
    {
        using (var connection = new NpgsqlConnection(connectionString))
        {
            NpgsqlConnection.ClearPool(connection);
        }

        await RunAsync($"drop database if exists {NameOf(connectionString)} with (force)");
    }

    static string NameOf(string database) =>
        database.Contains('=', StringComparison.Ordinal) ? new NpgsqlConnectionStringBuilder(database).Database! : database;

    static async Task RunAsync(string sql) => await RunAsync(await Server.Value, sql);

    static async Task RunAsync(PostgresServer server, string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    static async Task<PostgresServer> StartAsync()
    {
        var server = await TakeFolderAsync();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.DisposeAsync().AsTask().GetAwaiter().GetResult();
        await DropLeftoversAsync(server);
        return server;
    }

    /// <summary>
    /// The folders' names are fixed, so that a run reuses the folder of a killed one; the second of two concurrent runs
    /// finds the first folder in use and takes the next.
    /// </summary>
    static async Task<PostgresServer> TakeFolderAsync()
    {
        for (var number = 1; ; number++)
        {
            var folder = Path.Combine(Path.GetTempPath(), $"twostory-tests-{Environment.UserName}", $"{number}");
            var options = new PostgresOptions { DataDirectory = folder, Settings = FastSettings };
            try
            {
                return await PostgresServer.StartAsync(options, NullLogger.Instance, CancellationToken.None);
            }
            catch (DataFolderInUseException) when (number < 100)
            {
            }
        }
    }

    static async Task DropLeftoversAsync(PostgresServer server)
    {
        var leftovers = new List<string>();
        await using (var connection = new NpgsqlConnection(server.ConnectionString))
        {
            await connection.OpenAsync();
            await using var find = new NpgsqlCommand(@"select datname from pg_database where datname like 'test\_%'", connection);
            await using var reader = await find.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                leftovers.Add(reader.GetString(0));
            }
        }

        foreach (var name in leftovers)
        {
            await RunAsync(server, $"drop database {name} with (force)");
        }
    }
}
