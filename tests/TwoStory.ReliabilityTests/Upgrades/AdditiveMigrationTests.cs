using TwoStory.Core.Data;
using TwoStory.Tests.Hosting;
using TwoStory.Tests.Local;

namespace TwoStory.Tests.Upgrades;

/// <summary>Deployments migrate first and exchange instances then, so every migration leaves those of before what they read and write.</summary>
public sealed class AdditiveMigrationTests : IAsyncLifetime
{
    string connectionString = "";

    public async Task InitializeAsync() => connectionString = await TestPostgres.CreateDatabaseAsync();

    public Task DisposeAsync() => TestPostgres.DropDatabaseAsync(connectionString);

    [Fact]
    public async Task No_migration_takes_from_the_shipped_version_what_it_relies_on()
    {
        await using var database = Database.Open(connectionString, maxConnections: 5);
        await OldSchema.MakeAsync(connectionString, OldVersion.Migrations);
        var shipped = await SchemaPromises.ReadAsync(database);
        Assert.True(shipped is { Columns.Count: > 100, Rules.Count: > 30, Rights.Count: > 50 });

        await new Migrator(database).MigrateAsync(default);

        Assert.Empty(shipped.BrokenBy(await SchemaPromises.ReadAsync(database)));
    }

    [Theory]
    [InlineData("alter table leads rename column notes to remarks", "leads.notes")]
    [InlineData("alter table leads alter column phone set not null", "leads.phone")]
    [InlineData("alter table users add column team text not null", "users.team")]
    [InlineData("alter table leads add check (length(name) < 100)", "leads: CHECK")]
    [InlineData("create unique index on leads (organization_id, email)", "leads: unique")]
    [InlineData("revoke update on leads from twostory_tenant", "leads: UPDATE")]
    [InlineData("alter table notifications alter column cause type varchar(40)", "notifications.cause")]
    public async Task A_migration_that_did_would_be_found(string migration, string names)
    {
        await using var database = Database.Open(connectionString, maxConnections: 5);
        await OldSchema.MakeAsync(connectionString, OldVersion.Migrations);
        var shipped = await SchemaPromises.ReadAsync(database);

        await database.ExecuteAsync(migration, null, default);

        Assert.Contains(names, Assert.Single(shipped.BrokenBy(await SchemaPromises.ReadAsync(database))), StringComparison.Ordinal);
    }
}
