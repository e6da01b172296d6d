using Dapper;
using Npgsql;

namespace TwoStory.Core.Data;

/// <summary>Applies the missing migrations: numbered, forward-only files, each in its own transaction, one migrator at a time.</summary>
public sealed class Migrator(Database database)
{
    const long LockKey = 0x5457_4f53_544f_5259;

    // A statement that waits for a table lock blocks every later statement on the table. The time is shorter than PostgreSQL's
    // deadlock_timeout (1 s), so that in a deadlock of a migration and a request the migration gives up.
    const string LockTimeout = "500ms";
    const int MaxAttempts = 120;
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>The number of the newest shipped migration.</summary>
    public static int Latest => Migrations.Shipped[^1].Number;

    /// <summary>Applies the missing migrations. The previous version can serve requests meanwhile.</summary>
    /// <returns>The names of the migrations that were applied, oldest first.</returns>
    /// <exception cref="SettingException">A shipped migration was edited or is missing, the database is newer, or a table could not be locked.</exception>
    public Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancel) => WithLockAsync<IReadOnlyList<string>>(
        async connection =>
        {
            await connection.ExecuteAsync(
                """
                create table if not exists schema_migrations (
                    number integer primary key, name text not null, checksum text not null, applied_at timestamptz not null default now())
                """);
            var pending = Migrations.Pending(await AppliedAsync(connection));
            foreach (var migration in pending) await ApplyAsync(connection, migration, cancel);
            return [.. pending.Select(migration => migration.Name)];
        },
        cancel);

    /// <summary>True if no migration was ever applied.</summary>
    public async Task<bool> IsEmptyAsync(CancellationToken cancel)
    {
        await using var connection = await database.Sessions.OpenConnectionAsync(cancel);
        // The table is created before the first migration is applied; a migrator killed in between leaves it empty.
        return await connection.ExecuteScalarAsync<bool>("select to_regclass('schema_migrations') is null")
            || !await connection.ExecuteScalarAsync<bool>("select exists (select from schema_migrations)");
    }

    /// <summary>Throws unless the schema is the one of this version. Waits for a migration that is running.</summary>
    /// <exception cref="SettingException">The schema is older, newer, edited or has a gap; the message says what to do.</exception>
    public async Task RequireCurrentAsync(CancellationToken cancel)
    {
        if ((await PendingAsync(cancel)).Count == 0) return;
        var pending = await WithLockAsync(_ => PendingAsync(cancel), cancel);
        if (pending.Count > 0)
        {
            throw new SettingException(
                $"The database lacks {pending.Count} migration(s), the first is {pending[0].Name}. "
                + "Run: dotnet run --project src/TwoStory.Migrate, with DATABASE_URL in the environment.");
        }
    }

    async Task<T> WithLockAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancel)
    {
        await using var connection = await database.Sessions.OpenConnectionAsync(cancel);
        // No timeout: another migrator can take long.
        await connection.ExecuteAsync(
            new CommandDefinition("select pg_advisory_lock(@LockKey)", new { LockKey }, commandTimeout: 0, cancellationToken: cancel));
        try
        {
            return await work(connection);
        }
        finally
        {
            await connection.ExecuteAsync("select pg_advisory_unlock(@LockKey)", new { LockKey });
        }
    }

    async Task<List<Migration>> PendingAsync(CancellationToken cancel)
    {
        await using var connection = await database.Sessions.OpenConnectionAsync(cancel);
        var exists = await connection.ExecuteScalarAsync<bool>("select to_regclass('schema_migrations') is not null");
        return Migrations.Pending(exists ? await AppliedAsync(connection) : []);
    }

    static async Task<IReadOnlyList<AppliedMigration>> AppliedAsync(NpgsqlConnection connection) =>
        (await connection.QueryAsync<AppliedMigration>("select number, name, checksum from schema_migrations order by number")).AsList();

    static async Task ApplyAsync(NpgsqlConnection connection, Migration migration, CancellationToken cancel)
    {
        for (var attempt = 1; !await TryApplyAsync(connection, migration, cancel); attempt++)
        {
            if (attempt == MaxAttempts)
            {
                throw new SettingException(
                    $"Migration {migration.Name} could not lock its tables in {MaxAttempts} attempts, because a backup or a long query uses them. "
                    + "Nothing of it was applied. Migrate again later.");
            }
            await Task.Delay(Pause, cancel);
        }
    }

    /// <returns>False, with nothing changed, if other transactions lock the tables.</returns>
    static async Task<bool> TryApplyAsync(NpgsqlConnection connection, Migration migration, CancellationToken cancel)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        try
        {
            await connection.ExecuteAsync($"set local lock_timeout = '{LockTimeout}'", transaction: transaction);
            await RunAsync(connection, transaction, migration, cancel);
            return true;
        }
        catch (PostgresException locked) when (locked.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
        {
            return false;
        }
    }

    static async Task RunAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, Migration migration, CancellationToken cancel)
    {
        await connection.ExecuteAsync(new CommandDefinition(migration.Sql, transaction: transaction, commandTimeout: 0, cancellationToken: cancel));
        await connection.ExecuteAsync(
            "insert into schema_migrations (number, name, checksum) values (@Number, @Name, @Checksum)", migration, transaction);
        await transaction.CommitAsync(cancel);
    }
}
