using Dapper;
using Npgsql;

namespace TwoStory.Core.Data;

/// <summary>
/// Database access of one organization. Every statement runs as the role <c>twostory_tenant</c> with
/// <c>app.organization_id</c> set, so row-level security hides other organizations even from a query without the filter.
/// Role and organization are set in the round trip of the query and end with its transaction.
/// </summary>
public sealed class TenantDatabase(NpgsqlDataSource source, Guid organizationId)
{
    const string Enter = "select set_config('role', 'twostory_tenant', true), set_config('app.organization_id', @organization, true);\n";

    public Guid OrganizationId => organizationId;

    /// <param name="sql">One or more statements, of which the last returns rows. <c>@organizationId</c> is always set.</param>
    /// <param name="parameters">The statement's own parameters.</param>
    /// <param name="cancel">Cancels the statement.</param>
    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters, CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var results = await connection.QueryMultipleAsync(Command(Enter + sql, parameters, cancel));
        await results.ReadAsync();
        return (await results.ReadAsync<T>()).AsList();
    }

    public async Task<T?> QueryFirstAsync<T>(string sql, object? parameters, CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var results = await connection.QueryMultipleAsync(Command(Enter + sql, parameters, cancel));
        await results.ReadAsync();
        return await results.ReadFirstOrDefaultAsync<T>();
    }

    /// <returns>The number of rows inserted, updated or deleted.</returns>
    public async Task<int> ExecuteAsync(string sql, object? parameters, CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        return await connection.ExecuteAsync(Command(Enter + sql, parameters, cancel));
    }

    /// <summary>Runs the work in one transaction of this organization and commits when it returns.</summary>
    public async Task<T> TransactAsync<T>(Func<Transaction, Task<T>> work, CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await connection.ExecuteAsync(new CommandDefinition(Enter, new { organization = organizationId.ToString() }, transaction, cancellationToken: cancel));
        var result = await work(new Transaction(connection, transaction, cancel));
        await transaction.CommitAsync(cancel);
        return result;
    }

    CommandDefinition Command(string sql, object? parameters, CancellationToken cancel)
    {
        var all = new DynamicParameters(parameters);
        all.Add("organization", organizationId.ToString());
        all.Add("organizationId", organizationId);
        return new CommandDefinition(sql, all, cancellationToken: cancel);
    }
}
