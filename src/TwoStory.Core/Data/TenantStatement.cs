using Npgsql;

namespace TwoStory.Core.Data;

/// <summary>A statement of <see cref="TenantDatabase.BatchAsync"/>.</summary>
/// <param name="Sql">One statement; <c>$1</c> is the organization.</param>
/// <param name="Values">The values of <c>$2</c> and so on; none is null.</param>
public readonly record struct TenantStatement(string Sql, params object[] Values)
{
    internal NpgsqlBatchCommand BatchCommand(Guid organizationId)
    {
        var command = new NpgsqlBatchCommand(Sql) { Parameters = { new NpgsqlParameter<Guid> { TypedValue = organizationId } } };
        foreach (var value in Values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }
}

/// <summary>The results of a batch, which are read in the order of its statements.</summary>
public sealed class TenantResults(NpgsqlDataReader reader, CancellationToken cancel)
{
    /// <summary>Reads the rows of the next statement.</summary>
    public async Task<IReadOnlyList<T>> RowsAsync<T>(Func<NpgsqlDataReader, T> row)
    {
        // The first result is the one of the statement that enters the tenant.
        await reader.NextResultAsync(cancel);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancel)) rows.Add(row(reader));
        return rows;
    }

    /// <summary>Reads the first row of the next statement; the default value without a row.</summary>
    public async Task<T?> FirstAsync<T>(Func<NpgsqlDataReader, T> row)
    {
        var rows = await RowsAsync(row);
        return rows.Count > 0 ? rows[0] : default;
    }
}

static class ReaderValues
{
    /// <summary>Reads a column that can be null.</summary>
    public static T? GetNullable<T>(this NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? default : reader.GetFieldValue<T>(column);
}
