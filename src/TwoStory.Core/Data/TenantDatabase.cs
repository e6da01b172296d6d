using Dapper;
using Npgsql;

namespace TwoStory.Core.Data;

/// <summary>
/// Database access of one organization. Every statement runs as the role <c>twostory_tenant</c> with
/// <c>app.organization_id</c> set, so row-level security hides other organizations even from a query without the filter.
/// Role and organization are set in the round trip of the query and end with its transaction.
/// </summary>
/// <param name="source">The pool.</param>
/// <param name="organizationId">The organization.</param>
/// <param name="session">Checked by the first command; null if there is nothing to check.</param>
public sealed class TenantDatabase(NpgsqlDataSource source, Guid organizationId, UncheckedSession? session = null)
{
    public Guid OrganizationId => organizationId;

    /// <param name="sql">One or more statements, of which the last returns rows. <c>@organizationId</c> is always set.</param>
    /// <param name="parameters">The statement's own parameters.</param>
    /// <param name="cancel">Cancels the statement.</param>
    public Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters, CancellationToken cancel) =>
        ReadAsync<IReadOnlyList<T>>(sql, parameters, async results => (await results.ReadAsync<T>()).AsList(), cancel);

    public Task<T?> QueryFirstAsync<T>(string sql, object? parameters, CancellationToken cancel) =>
        ReadAsync(sql, parameters, results => results.ReadFirstOrDefaultAsync<T>(), cancel);

    /// <returns>The number of rows inserted, updated or deleted.</returns>
    public async Task<int> ExecuteAsync(string sql, object? parameters, CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        return await TenantEntry.CheckAsync(session, () => connection.ExecuteAsync(Command(sql, parameters, cancel)));
    }

    /// <summary>Runs the work in one transaction of this organization and commits when it returns.</summary>
    public async Task<T> TransactAsync<T>(Func<Transaction, Task<T>> work, CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await TenantEntry.CheckAsync(session, () => connection.ExecuteAsync(Command("", null, cancel, transaction)));
        var result = await work(new Transaction(connection, transaction, cancel));
        await transaction.CommitAsync(cancel);
        return result;
    }

    /// <summary>Sends statements in one round trip and reads their rows without reflection, for the routes that screens wait for.</summary>
    /// <param name="statements">Each returns rows. <c>$1</c> is the organization; the values of a statement follow from <c>$2</c>.</param>
    /// <param name="read">Reads the results in the order of the statements.</param>
    /// <param name="cancel">Cancels the statements.</param>
    public async Task<T> BatchAsync<T>(IReadOnlyList<TenantStatement> statements, Func<TenantResults, Task<T>> read, CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { TenantEntry.BatchCommand(organizationId, session) } };
        foreach (var statement in statements) batch.BatchCommands.Add(statement.BatchCommand(organizationId));
        return await TenantEntry.CheckAsync(session, async () =>
        {
            await using var reader = await batch.ExecuteReaderAsync(cancel);
            return await read(new TenantResults(reader, cancel));
        });
    }

    /// <summary>Sends one statement in one round trip; see <see cref="BatchAsync"/>.</summary>
    public Task<IReadOnlyList<T>> RowsAsync<T>(TenantStatement statement, Func<NpgsqlDataReader, T> row, CancellationToken cancel) =>
        BatchAsync([statement], results => results.RowsAsync(row), cancel);

    async Task<T> ReadAsync<T>(string sql, object? parameters, Func<SqlMapper.GridReader, Task<T>> read, CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        return await TenantEntry.CheckAsync(session, async () =>
        {
            await using var results = await connection.QueryMultipleAsync(Command(sql, parameters, cancel));
            await results.ReadAsync();
            return await read(results);
        });
    }

    CommandDefinition Command(string sql, object? parameters, CancellationToken cancel, NpgsqlTransaction? transaction = null)
    {
        var all = new DynamicParameters(parameters);
        all.Add("organizationId", organizationId);
        return new CommandDefinition(TenantEntry.Add(all, organizationId, session) + sql, all, transaction, cancellationToken: cancel);
    }
}
