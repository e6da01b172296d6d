using Npgsql;

namespace TwoStory.Tests.Data;

/// <summary>Executes statements as one organization and searches their results and changes for data of another. Rolls everything back.</summary>
sealed class ForeignReplay : IAsyncDisposable
{
    // The permitted errors of a statement on another organization's rows: policy violations, and conflicts with existing keys.
    static readonly HashSet<string> Fended =
    [
        PostgresErrorCodes.InsufficientPrivilege, PostgresErrorCodes.UniqueViolation, PostgresErrorCodes.ForeignKeyViolation,
    ];

    readonly NpgsqlConnection connection;
    readonly Guid mine;
    readonly Guid theirs;
    readonly string mark;
    readonly HashSet<Guid> theirIds;
    readonly string fingerprint;

    ForeignReplay(NpgsqlConnection connection, Guid mine, Guid theirs, string mark, HashSet<Guid> theirIds, string fingerprint) =>
        (this.connection, this.mine, this.theirs, this.mark, this.theirIds, this.fingerprint) = (connection, mine, theirs, mark, theirIds, fingerprint);

    /// <summary>Statements that met the other organization's rows.</summary>
    public List<string> Leaks { get; } = [];

    /// <summary>How many of the statements would have met them, had the policies not been there.</summary>
    public int Prevented { get; private set; }

    public static async Task<ForeignReplay> OpenAsync(string connectionString, Guid mine, Guid theirs, string mark)
    {
        var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        var ids = new HashSet<Guid> { theirs };
        var prints = new List<string>();
        foreach (var (table, column, hasId) in await TablesAsync(connection))
        {
            prints.Add($"select '{table}', md5(coalesce(string_agg(r::text, '|' order by r::text), '')) from {table} r where {column} = @theirs");
            if (!hasId) continue;
            await using var command = new NpgsqlCommand($"select id from {table} where {column} = @theirs", connection) { Parameters = { new("theirs", theirs) } };
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync()) ids.Add(reader.GetGuid(0));
        }
        return new ForeignReplay(connection, mine, theirs, mark, ids, $"select string_agg(t.table_name || t.print, ',' order by t.table_name) from ({string.Join(" union all ", prints)}) t (table_name, print)");
    }

    public async Task RunAsync(string sql, IReadOnlyList<NpgsqlParameter> parameters)
    {
        if (await MeetsTheirsAsync(sql, parameters, role: "none")) Prevented++;
        if (await MeetsTheirsAsync(sql, parameters, role: "twostory_tenant")) Leaks.Add(sql);
    }

    async Task<bool> MeetsTheirsAsync(string sql, IReadOnlyList<NpgsqlParameter> parameters, string role)
    {
        var before = await FingerprintAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        try
        {
            await ExecuteAsync("select set_config('role', $1, true), set_config('app.organization_id', $2, true)", role, mine.ToString());
            var seen = await SeesTheirsAsync(sql, parameters);
            await ExecuteAsync("reset role");
            return seen || await FingerprintAsync() != before;
        }
        catch (PostgresException refused) when (Fended.Contains(refused.SqlState))
        {
            return false;
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.CardinalityViolation)
        {
            // Where one row was to be found, there were several organizations'.
            return true;
        }
        finally
        {
            await transaction.RollbackAsync();
        }
    }

    async Task<bool> SeesTheirsAsync(string sql, IReadOnlyList<NpgsqlParameter> parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters) command.Parameters.Add(parameter.Clone());
        await using var reader = await command.ExecuteReaderAsync();
        var seen = false;
        do
        {
            while (await reader.ReadAsync())
            {
                for (var column = 0; column < reader.FieldCount; column++) seen |= IsTheirs(reader.GetValue(column));
            }
        }
        while (await reader.NextResultAsync());
        return seen;
    }

    async Task ExecuteAsync(string sql, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync();
    }

    bool IsTheirs(object value) => value switch
    {
        Guid id => theirIds.Contains(id),
        string text => text.Contains(mark, StringComparison.Ordinal) || theirIds.Any(id => text.Contains(id.ToString(), StringComparison.Ordinal)),
        _ => false,
    };

    async Task<string?> FingerprintAsync()
    {
        await using var command = new NpgsqlCommand(fingerprint, connection) { Parameters = { new("theirs", theirs) } };
        return (string?)await command.ExecuteScalarAsync();
    }

    static async Task<List<(string Table, string Column, bool HasId)>> TablesAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(
            """
            select c.relname::text, case c.relname when 'organizations' then 'id' else 'organization_id' end,
                exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'id' and a.atttypid = 'uuid'::regtype)
            from pg_class c join pg_policy p on p.polrelid = c.oid where p.polname = 'tenant' order by 1
            """, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var tables = new List<(string, string, bool)>();
        while (await reader.ReadAsync()) tables.Add((reader.GetString(0), reader.GetString(1), reader.GetBoolean(2)));
        return tables;
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
