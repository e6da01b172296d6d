using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using TwoStory.Core.Data;
using TwoStory.Local.Postgres;

namespace TwoStory.Local.Commands;

/// <summary>The database of this process: the given one, or an embedded PostgreSQL that stops with the process.</summary>
sealed class LocalDatabase : IAsyncDisposable
{
    const string HostUser = "twostory_host";

    readonly PostgresServer? server;

    LocalDatabase(PostgresServer? server, string connectionString) => (this.server, ConnectionString) = (server, connectionString);

    /// <summary>As the user that the host works as: in a cluster of our own not its superuser.</summary>
    public string ConnectionString { get; }

    /// <summary>In the format of <c>DATABASE_URL</c>. Contains the password.</summary>
    public string Url
    {
        get
        {
            var builder = new NpgsqlConnectionStringBuilder(ConnectionString);
            return $"postgres://{Uri.EscapeDataString(builder.Username ?? "")}:{Uri.EscapeDataString(builder.Password ?? "")}@{builder.Host}:{builder.Port}/{builder.Database}";
        }
    }

    /// <summary>The description in the console output.</summary>
    public string Description => server is null ? "the given database" : $"PostgreSQL on port {server.Port}";

    /// <summary>Starts the database and migrates it if it is embedded or empty. Any other database must be migrated with the migrate command.</summary>
    public static async Task<LocalDatabase> StartAsync(ServeOptions options, CancellationToken cancel)
    {
        var server = options.DatabaseUrl is null
            ? await PostgresServer.StartAsync(new PostgresOptions { DataDirectory = options.DataFolder }, NullLogger.Instance, cancel)
            : null;
        var started = new LocalDatabase(server, server?.ConnectionString ?? DatabaseUrl.ToConnectionString(options.DatabaseUrl!));
        try
        {
            await using var database = Database.Open(started.ConnectionString);
            var migrator = new Migrator(database);
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
