using System.Data;
using System.Data.Common;
using Dapper;
using Npgsql;

namespace TwoStory.Core.Data;

/// <summary>
/// Database access across organizations: sign-in, the list of due organizations, the outbox.
/// All work for one organization goes through <see cref="TenantDatabase"/> instead.
/// </summary>
/// <param name="source">The pool. Its connections are not reset when they return, so no statement may set anything for longer than a transaction.</param>
/// <param name="sessions">Opens connections outside of the pool; null for those of the pool.</param>
public sealed class Database(NpgsqlDataSource source, NpgsqlDataSource? sessions = null) : IAsyncDisposable
{
    // PostgreSQL works on as many statements as it has cores. The least serves the jobs of a host with one core.
    const int ConnectionsPerCore = 4;
    const int LeastConnections = 8;

    static Database()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        SqlMapper.AddTypeHandler(new DateOnlyHandler());
    }

    public NpgsqlDataSource Source => source;

    /// <summary>Opens connections of their own for what belongs to a session of PostgreSQL, such as an advisory lock. It ends with the connection.</summary>
    public NpgsqlDataSource Sessions => sessions ?? source;

    /// <summary>The largest number of connections in the pool.</summary>
    public int MaxConnections { get; } = new NpgsqlConnectionStringBuilder(source.ConnectionString).MaxPoolSize;

    /// <param name="connectionString">For Npgsql; see <see cref="DatabaseUrl"/>.</param>
    /// <param name="maxConnections">The pool size if the connection string has none, 1 or more; null for one that follows the cores.</param>
    /// <param name="usesEntra">True to sign in with tokens of Microsoft Entra ID instead of a password; see <see cref="EntraSignIn"/>.</param>
    public static Database Open(string connectionString, int? maxConnections = null, bool usesEntra = false)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString)
        {
            MaxAutoPrepare = 200,
            AutoPrepareMinUsages = 3,
            ApplicationName = "twostory",
            IncludeErrorDetail = false,
            // A reset is one more statement per request, and nothing sets session state.
            NoResetOnClose = true,
        };
        // NpgsqlConnectionStringBuilder.ContainsKey is true for every known keyword; the base class looks at the text.
        if (!new DbConnectionStringBuilder { ConnectionString = builder.ConnectionString }.ContainsKey("Maximum Pool Size"))
        {
            builder.MaxPoolSize = maxConnections ?? Math.Max(LeastConnections, ConnectionsPerCore * Environment.ProcessorCount);
        }
        var unpooled = new NpgsqlConnectionStringBuilder(builder.ConnectionString) { Pooling = false };
        return new Database(Build(builder.ConnectionString, usesEntra), Build(unpooled.ConnectionString, usesEntra));
    }

    static NpgsqlDataSource Build(string connectionString, bool usesEntra)
    {
        // The metrics of the pool carry this name. The default is the connection string without its password.
        var source = new NpgsqlDataSourceBuilder(connectionString) { Name = "twostory" };
        if (usesEntra) source.UseEntra();
        return source.Build();
    }

    /// <summary>Returns access limited to one organization by row-level security.</summary>
    public TenantDatabase Tenant(Guid organizationId) => new(source, organizationId);

    /// <summary>Returns access limited to the organization of a session, which the first command checks.</summary>
    /// <exception cref="SessionRefusedException">Thrown by that command if the session is not the claimed one.</exception>
    public TenantDatabase Tenant(UncheckedSession session) => new(source, session.OrganizationId, session);

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

    public async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        if (sessions is not null) await sessions.DisposeAsync();
    }
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
