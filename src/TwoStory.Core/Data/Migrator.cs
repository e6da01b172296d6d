using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;

namespace TwoStory.Core.Data;

/// <summary>Brings a database to this version's schema: numbered, forward-only files, each in its own transaction, one migrator at a time.</summary>
public sealed class Migrator(NpgsqlDataSource source)
{
    const long LockKey = 0x5457_4f53_544f_5259;

    sealed record Migration(int Number, string Name, string Sql, string Checksum);

    sealed record Applied(int Number, string Name, string Checksum);

    static readonly IReadOnlyList<Migration> Shipped = [.. Read().OrderBy(migration => migration.Number)];

    /// <summary>The number of the newest shipped migration.</summary>
    public static int Latest => Shipped[^1].Number;

    /// <summary>Applies what is missing.</summary>
    /// <returns>The names of the migrations that were applied, oldest first.</returns>
    /// <exception cref="SettingException">A shipped migration was edited after it was applied, or the database is newer than this version.</exception>
    public async Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        await connection.ExecuteAsync("select pg_advisory_lock(@LockKey)", new { LockKey });
        try
        {
            await connection.ExecuteAsync(
                """
                create table if not exists schema_migrations (
                    number integer primary key, name text not null, checksum text not null, applied_at timestamptz not null default now())
                """);
            var pending = Pending(await AppliedAsync(connection));
            foreach (var migration in pending) await ApplyAsync(connection, migration, cancel);
            return [.. pending.Select(migration => migration.Name)];
        }
        finally
        {
            await connection.ExecuteAsync("select pg_advisory_unlock(@LockKey)", new { LockKey });
        }
    }

    /// <summary>Whether no migration was ever applied.</summary>
    public async Task<bool> IsEmptyAsync(CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        // The journal is there before the first migration is: a migrator killed between the two leaves an empty one.
        return await connection.ExecuteScalarAsync<bool>("select to_regclass('schema_migrations') is null")
            || !await connection.ExecuteScalarAsync<bool>("select exists (select from schema_migrations)");
    }

    /// <summary>Refuses a database whose schema is not this version's.</summary>
    /// <exception cref="SettingException">The schema is older, newer or edited; the message says what to do.</exception>
    public async Task RequireCurrentAsync(CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        var exists = await connection.ExecuteScalarAsync<bool>("select to_regclass('schema_migrations') is not null");
        var pending = Pending(exists ? await AppliedAsync(connection) : []);
        if (pending.Count > 0)
        {
            throw new SettingException(
                $"The database lacks {pending.Count} migration(s), the first being {pending[0].Name}. Run: dotnet run --project src/TwoStory.Local -- migrate --database URL");
        }
    }

    static List<Migration> Pending(IReadOnlyList<Applied> applied)
    {
        foreach (var row in applied)
        {
            var shipped = Shipped.FirstOrDefault(migration => migration.Number == row.Number)
                ?? throw new SettingException($"The database has migration {row.Name}, which this version does not know. Run a newer version of TwoStory.");
            if (shipped.Checksum != row.Checksum)
            {
                throw new SettingException($"Migration {row.Name} was edited after it was applied. Restore the shipped file and put the change into a new migration.");
            }
        }
        return [.. Shipped.Where(migration => applied.All(row => row.Number != migration.Number))];
    }

    static async Task<IReadOnlyList<Applied>> AppliedAsync(NpgsqlConnection connection) =>
        (await connection.QueryAsync<Applied>("select number, name, checksum from schema_migrations order by number")).AsList();

    static async Task ApplyAsync(NpgsqlConnection connection, Migration migration, CancellationToken cancel)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await connection.ExecuteAsync(new CommandDefinition(migration.Sql, transaction: transaction, commandTimeout: 0, cancellationToken: cancel));
        await connection.ExecuteAsync(
            "insert into schema_migrations (number, name, checksum) values (@Number, @Name, @Checksum)", migration, transaction);
        await transaction.CommitAsync(cancel);
    }

    static IEnumerable<Migration> Read()
    {
        const string Folder = "TwoStory.Core.Data.Migrations.";
        var assembly = typeof(Migrator).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            var sql = reader.ReadToEnd().ReplaceLineEndings("\n");
            var name = resource[Folder.Length..^".sql".Length];
            yield return new Migration(int.Parse(name[..4], System.Globalization.CultureInfo.InvariantCulture), name, sql,
                Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql))));
        }
    }
}
