using Dapper;
using Npgsql;

namespace TwoStory.Core.Data;

/// <summary>Statements of one open transaction; whoever opened it commits.</summary>
public sealed class Transaction(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancel)
{
    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters = null) =>
        (await connection.QueryAsync<T>(Command(sql, parameters))).AsList();

    public Task<T?> QueryFirstAsync<T>(string sql, object? parameters = null) =>
        connection.QueryFirstOrDefaultAsync<T>(Command(sql, parameters));

    public Task<int> ExecuteAsync(string sql, object? parameters = null) => connection.ExecuteAsync(Command(sql, parameters));

    CommandDefinition Command(string sql, object? parameters) => new(sql, parameters, transaction, cancellationToken: cancel);
}
