using TwoStory.Core.Data;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Data;

/// <summary>A database with this version's schema, for one test class.</summary>
public sealed class MigratedDatabase : IAsyncLifetime
{
    static readonly Lazy<Task<string>> Template = new(MigrateAsync);

    public string ConnectionString { get; private set; } = "";

    public Database Database { get; private set; } = null!;

    /// <summary>A copy for a class that opens it itself.</summary>
    public static async Task<string> CopyAsync() => await TestPostgres.CreateDatabaseAsync(await Template.Value);

    public async Task InitializeAsync()
    {
        ConnectionString = await CopyAsync();
        Database = Database.Open(ConnectionString, maxConnections: 10);
    }

    public async Task DisposeAsync()
    {
        await Database.DisposeAsync();
        await TestPostgres.DropDatabaseAsync(ConnectionString);
    }

    static async Task<string> MigrateAsync()
    {
        var connectionString = await TestPostgres.CreateDatabaseAsync();
        await using var database = Database.Open(connectionString);
        await new Migrator(database).MigrateAsync(default);
        return connectionString;
    }
}
