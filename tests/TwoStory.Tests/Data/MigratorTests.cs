using Npgsql;
using TwoStory.Core;
using TwoStory.Core.Data;
using TwoStory.Tests.Hosting;
using TwoStory.Tests.Local;

namespace TwoStory.Tests.Data;

public sealed class MigratorTests
{
    const string Here = "database = (select oid from pg_database where datname = current_database())";

    [Fact]
    public async Task Migrating_twice_and_at_once_applies_each_file_once()
    {
        await using var database = Database.Open(await TestPostgres.CreateDatabaseAsync());
        await Assert.ThrowsAsync<SettingException>(() => new Migrator(database).RequireCurrentAsync(default));

        var runs = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => new Migrator(database).MigrateAsync(default)));

        Assert.Equal(await database.QueryFirstAsync<long>("select count(*) from schema_migrations", null, default), runs.Sum(run => run.Count));
        Assert.Equal(Migrator.Latest, await database.QueryFirstAsync<int>("select max(number) from schema_migrations", null, default));
        Assert.Empty(await new Migrator(database).MigrateAsync(default));
        await new Migrator(database).RequireCurrentAsync(default);
    }

    [Theory]
    [InlineData("update schema_migrations set checksum = 'edited' where number = 2", "edited")]
    [InlineData("insert into schema_migrations (number, name, checksum) values (9999, '9999_tomorrow', '')", "9999_tomorrow")]
    [InlineData("insert into schema_migrations (number, name, checksum) values (0, '0000_before', '')", "0000_before, whose file is missing")]
    [InlineData("delete from schema_migrations where number = 7", "0007")]
    public async Task A_schema_that_is_not_this_version_s_is_refused_in_one_line_and_not_touched(string change, string named)
    {
        await using var database = Database.Open(await MigratedDatabase.CopyAsync());
        await database.ExecuteAsync(change, null, default);
        const string Journal = "select string_agg(number || name || checksum || applied_at, ',' order by number) from schema_migrations";
        var journal = await database.QueryFirstAsync<string>(Journal, null, default);

        foreach (var use in new Func<Migrator, Task>[] { migrator => migrator.RequireCurrentAsync(default), migrator => migrator.MigrateAsync(default) })
        {
            var refused = await Assert.ThrowsAsync<SettingException>(() => use(new Migrator(database)));
            Assert.Contains(named, refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', refused.Message);
        }

        Assert.Equal(journal, await database.QueryFirstAsync<string>(Journal, null, default));
    }

    [Fact]
    public async Task A_migration_that_cannot_lock_its_tables_blocks_no_reader_and_retries()
    {
        var connectionString = await TestPostgres.CreateDatabaseAsync();
        await OldSchema.MakeAsync(connectionString, migrations: 9);
        await using var database = Database.Open(connectionString, maxConnections: 10);
        await using var connection = await database.Source.OpenConnectionAsync();
        await using var backup = await connection.BeginTransactionAsync();
        await ExecuteAsync(connection, "lock table organizations, leads, users, email_outbox in access share mode");

        var migrating = new Migrator(database).MigrateAsync(default);
        await UntilAsync(migrating, database, $"select exists (select from pg_locks where {Here} and locktype = 'relation' and mode = 'AccessExclusiveLock' and not granted)");
        var starting = new Migrator(database).RequireCurrentAsync(default);
        await UntilAsync(starting, database, $"select exists (select from pg_locks where {Here} and locktype = 'advisory' and not granted)");
        // Behind a migration that waits for ever, these would be cut off.
        foreach (var table in new[] { "organizations", "leads", "users", "email_outbox" })
        {
            await database.ExecuteAsync($"set statement_timeout = '20s'; select * from {table} limit 1; reset statement_timeout", null, default);
        }
        Assert.False(migrating.IsCompleted || starting.IsCompleted);

        await backup.RollbackAsync();
        Assert.Equal(Migrator.Latest - 9, (await migrating).Count);
        await starting;
        await TestPostgres.DropDatabaseAsync(connectionString);
    }

    // Fails with the work when that ends before.
    static async Task UntilAsync(Task work, Database database, string question)
    {
        while (!await database.QueryFirstAsync<bool>(question, null, default))
        {
            Assert.False(work.IsCompleted, $"It did not wait: {work.Exception?.InnerException?.Message}");
            await Task.Delay(10);
        }
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
