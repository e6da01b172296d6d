using System.Net;
using Npgsql;

namespace TwoStory.Local.Postgres;

/// <summary>A PostgreSQL of our own on a free loopback port, stopped when it is disposed or this process ends.</summary>
sealed class PostgresServer : IAsyncDisposable
{
    const string Database = "twostory";

    readonly DataFolder folder;
    readonly ServerProcess process;
    int stopped;

    PostgresServer(DataFolder folder, ServerProcess process, PostgresCluster cluster, int port)
    {
        (this.folder, this.process, Port, LogFile) = (folder, process, port, cluster.Log);
        ConnectionString = new NpgsqlConnectionStringBuilder
        {
            Host = IPAddress.Loopback.ToString(),
            Port = port,
            Username = PostgresCluster.Superuser,
            Password = cluster.Password,
            Database = Database,
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
        }.ConnectionString;
    }

    /// <summary>For Npgsql: superuser <c>twostory</c>, database <c>twostory</c>.</summary>
    public string ConnectionString { get; }

    public int Port { get; }

    public string LogFile { get; }

    /// <exception cref="DataFolderInUseException">Another living TwoStory process uses the data folder.</exception>
    /// <exception cref="PostgresUnavailableException">PostgreSQL is not available or cannot be started; the message explains the remedy.</exception>
    public static async Task<PostgresServer> StartAsync(PostgresOptions options, ILogger logger, CancellationToken cancel)
    {
        DataFolder? folder = null;
        PostgresServer? server = null;
        try
        {
            folder = await DataFolder.OpenAsync(options.DataDirectory, cancel);
            var cluster = new PostgresCluster(folder);
            var binaries = await PostgresBinaries.FindAsync(folder, cluster.Major, options.ForceNpm, logger, cancel);
            var start = new ServerStart(cluster, binaries, folder.Account, options.Settings);
            await start.PrepareAsync(cancel);
            var (process, port) = await start.LaunchAsync(cancel);
            server = new PostgresServer(folder, process, cluster, port);
            await server.CreateDatabaseAsync(cancel);
            logger.LogInformation("PostgreSQL {Major} of {Folder} listens on port {Port}", binaries.Major, binaries.Folder, server.Port);
            return server;
        }
        catch (Exception failure)
        {
            await (server?.process.DisposeAsync() ?? ValueTask.CompletedTask);
            folder?.Dispose();
            if (Explain(failure, options, server) is { } line)
            {
                throw new PostgresUnavailableException(line, failure);
            }

            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref stopped, 1) == 0)
        {
            await process.DisposeAsync();
            folder.Dispose();
        }
    }

    static string? Explain(Exception failure, PostgresOptions options, PostgresServer? server) => failure switch
    {
        NpgsqlException => $"PostgreSQL started but does not let us in: {failure.Message} (more in {server?.LogFile})",
        IOException or UnauthorizedAccessException =>
            $"The data folder {options.DataDirectory} cannot be used: {failure.Message} Give another with --data DIR.",
        _ => null,
    };

    async Task CreateDatabaseAsync(CancellationToken cancel)
    {
        var maintenance = new NpgsqlConnectionStringBuilder(ConnectionString) { Database = "postgres", Pooling = false };
        await using var connection = new NpgsqlConnection(maintenance.ConnectionString);
        await connection.OpenAsync(cancel);
        await using var find = new NpgsqlCommand("select 1 from pg_database where datname = $1", connection)
        {
            Parameters = { new() { Value = Database } },
        };
        if (await find.ExecuteScalarAsync(cancel) is null)
        {
            await using var create = new NpgsqlCommand($"create database {Database}", connection);
            await create.ExecuteNonQueryAsync(cancel);
        }
    }
}
