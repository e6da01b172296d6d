using System.Data;
using System.Data.Common;
using Dapper;
using Npgsql;

namespace TwoStory.Core.Data;

/// <summary>
/// The database as the product itself sees it, across organizations: sign-in, the list of who is due, the outbox.
/// Everything that is done for one organization goes through <see cref="Tenant"/> instead.
/// </summary>
public sealed class Database(NpgsqlDataSource source) : IAsyncDisposable
{
    static Database()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        SqlMapper.AddTypeHandler(new DateOnlyHandler());
    }

    public NpgsqlDataSource Source => source;

    /// <param name="connectionString">For Npgsql; see <see cref="DatabaseUrl"/>.</param>
    /// <param name="maxConnections">The pool's size, 1 and more, where the connection string has none.</param>
    public static Database Open(string connectionString, int maxConnections = 50)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString)
        {
            MaxAutoPrepare = 200,
            AutoPrepareMinUsages = 3,
            ApplicationName = "twostory",
            IncludeErrorDetail = false,
        };
        // Npgsql's builder says of every keyword that it contains it; the plain one says what the text holds.
        if (!new DbConnectionStringBuilder { ConnectionString = builder.ConnectionString }.ContainsKey("Maximum Pool Size")) builder.MaxPoolSize = maxConnections;
        return new Database(NpgsqlDataSource.Create(builder.ConnectionString));
    }

    /// <summary>The same database, bound to one organization and unable to see another.</summary>
    public TenantDatabase Tenant(Guid organizationId) => new(source, organizationId);

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters, CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        return (await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: cancel))).AsList();
    }

    public async Task<T?> QueryFirstAsync<T>(string sql, object? parameters, CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        return await connection.QueryFirstOrDefaultAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: cancel));
    }

    public async Task<int> ExecuteAsync(string sql, object? parameters, CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        return await connection.ExecuteAsync(new CommandDefinition(sql, parameters, cancellationToken: cancel));
    }

    /// <summary>Runs the work in one transaction and commits when it returns.</summary>
    public async Task<T> TransactAsync<T>(Func<Transaction, Task<T>> work, CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var result = await work(new Transaction(connection, transaction, cancel));
        await transaction.CommitAsync(cancel);
        return result;
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();
}

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

// Dapper sends a DateOnly as it is only when told so; Npgsql knows it as `date`.
sealed class DateOnlyHandler : SqlMapper.TypeHandler<DateOnly>
{
    public override DateOnly Parse(object value) => value as DateOnly? ?? DateOnly.FromDateTime((DateTime)value);

    public override void SetValue(IDbDataParameter parameter, DateOnly value) => parameter.Value = value;
}
