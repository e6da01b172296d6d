using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using TwoStory.Core.Data;
using TwoStory.Local.Postgres;

namespace TwoStory.Local.Commands;

/// <summary>The database of this run: the user's, or a PostgreSQL of our own that stops with us.</summary>
sealed class LocalDatabase : IAsyncDisposable
{
    const string HostUser = "twostory_host";

    readonly PostgresServer? server;

    LocalDatabase(PostgresServer? server, string connectionString) => (this.server, ConnectionString) = (server, connectionString);

    /// <summary>As the user that the host works as: in a cluster of our own not its superuser.</summary>
    public string ConnectionString { get; }

    /// <summary>As <c>DATABASE_URL</c> wants it. It holds the password of the database.</summary>
    public string Url
    {
        get
        {
            var builder = new NpgsqlConnectionStringBuilder(ConnectionString);
            return $"postgres://{Uri.EscapeDataString(builder.Username ?? "")}:{Uri.EscapeDataString(builder.Password ?? "")}@{builder.Host}:{builder.Port}/{builder.Database}";
        }
    }

    /// <summary>What to tell the user of it.</summary>
    public string Description => server is null ? "the given database" : $"PostgreSQL on port {server.Port}";

    /// <summary>Starts it, and migrates it when it is ours or empty; another one must be migrated on purpose.</summary>
    public static async Task<LocalDatabase> StartAsync(ServeOptions options, CancellationToken cancel)
    {
        var server = options.DatabaseUrl is null
            ? await PostgresServer.StartAsync(new PostgresOptions { DataDirectory = options.DataFolder }, NullLogger.Instance, cancel)
            : null;
        var started = new LocalDatabase(server, server?.ConnectionString ?? DatabaseUrl.ToConnectionString(options.DatabaseUrl!));
        try
        {
            await using var database = Database.Open(started.ConnectionString);
            var migrator = new Migrator(database.Source);
            if (server is not null || await migrator.IsEmptyAsync(cancel)) await migrator.MigrateAsync(cancel);
            else await migrator.RequireCurrentAsync(cancel);
            await TenancyCheck.RequireAsync(database, cancel);
            return server is null ? started : new LocalDatabase(server, await LogInAsync(database, server.ConnectionString));
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    // A cluster of our own belongs to one process, so its host's password can be new at every start.
    static async Task<string> LogInAsync(Database owner, string connectionString)
    {
        var login = new NpgsqlConnectionStringBuilder(connectionString) { Username = HostUser, Password = RandomNumberGenerator.GetHexString(48, lowercase: true) };
        await new RuntimeLogin(owner, HostUser).EnsureAsync(login.Password);
        return login.ConnectionString;
    }

    public ValueTask DisposeAsync() => server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
