using Dapper;
using Npgsql;
using TwoStory.Local.Postgres;
using TwoStory.Tests.Local;

namespace TwoStory.Tests.Backup;

/// <summary>Another PostgreSQL with an empty database whose owner is not a superuser, as on a managed server.</summary>
sealed class EmptyServer : IAsyncDisposable
{
    const string User = "app";
    const string Password = "only-for-tests";

    readonly ServerFolder place = new();
    PostgresServer? server;

    public static async Task<EmptyServer> StartAsync()
    {
        var empty = new EmptyServer();
        empty.server = await empty.place.StartAsync();
        await empty.ExecuteAsync($"create role {User} login nosuperuser password '{Password}'");
        return empty;
    }

    /// <returns>Its connection string, as its owner.</returns>
    public async Task<string> CreateDatabaseAsync(string name)
    {
        await ExecuteAsync($"create database {name} owner {User}");
        return new NpgsqlConnectionStringBuilder(server!.ConnectionString) { Database = name, Username = User, Password = Password }.ConnectionString;
    }

    /// <summary>As docs/backup.md has it; roles are of the server and in no dump of a database.</summary>
    public Task CreateRoleAsync() => ExecuteAsync(
        $"create role twostory_tenant nologin nosuperuser nobypassrls; create role twostory_app nologin nosuperuser nobypassrls; grant twostory_tenant, twostory_app to {User}");

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
        place.Dispose();
    }

    async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server!.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.ExecuteAsync(sql);
    }
}
