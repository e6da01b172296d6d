using System.Data;
using System.Data.Common;
using Dapper;
using Npgsql;

namespace TwoStory.Core.Data;

/// <summary>
/// Database access across organizations: sign-in, the list of due organizations, the outbox.
/// All work for one organization goes through <see cref="Tenant"/> instead.
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
    /// <param name="maxConnections">The pool size if the connection string has none; 1 or more.</param>
    /// <param name="usesEntra">True to sign in with tokens of Microsoft Entra ID instead of a password; see <see cref="EntraSignIn"/>.</param>
    public static Database Open(string connectionString, int maxConnections = 50, bool usesEntra = false)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString)
        {
            MaxAutoPrepare = 200,
            AutoPrepareMinUsages = 3,
            ApplicationName = "twostory",
            IncludeErrorDetail = false,
        };
        // NpgsqlConnectionStringBuilder.ContainsKey is true for every known keyword; the base class looks at the text.
        if (!new DbConnectionStringBuilder { ConnectionString = builder.ConnectionString }.ContainsKey("Maximum Pool Size"))
        {
            builder.MaxPoolSize = maxConnections;
        }
        // The metrics of the pool carry this name. The default is the connection string without its password.
        var source = new NpgsqlDataSourceBuilder(builder.ConnectionString) { Name = "twostory" };
        if (usesEntra) source.UseEntra();
        return new Database(source.Build());
    }

    /// <summary>Returns access limited to one organization by row-level security.</summary>
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

/// <summary>Runs statements in an open transaction. The method that opened it commits it.</summary>
public sealed class Transaction(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancel)
{
    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters = null) =>
        (await connection.QueryAsync<T>(Command(sql, parameters))).AsList();

    public Task<T?> QueryFirstAsync<T>(string sql, object? parameters = null) =>
        connection.QueryFirstOrDefaultAsync<T>(Command(sql, parameters));

    public Task<int> ExecuteAsync(string sql, object? parameters = null) => connection.ExecuteAsync(Command(sql, parameters));

    CommandDefinition Command(string sql, object? parameters) => new(sql, parameters, transaction, cancellationToken: cancel);
}

// Dapper has no mapping of DateOnly; Npgsql maps it to `date`.
sealed class DateOnlyHandler : SqlMapper.TypeHandler<DateOnly>
{
    public override DateOnly Parse(object value) => value as DateOnly? ?? DateOnly.FromDateTime((DateTime)value);

    public override void SetValue(IDbDataParameter parameter, DateOnly value) => parameter.Value = value;
}
