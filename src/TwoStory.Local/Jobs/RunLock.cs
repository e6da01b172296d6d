using Dapper;
using Npgsql;
using TwoStory.Core.Data;

namespace TwoStory.Local.Jobs;

/// <summary>
/// Allows one process at a time to execute a run. The advisory lock belongs to a connection, so PostgreSQL releases it when
/// the process ends.
/// </summary>
sealed class RunLock(Database database)
{
    /// <returns>Null if another process has the lock.</returns>
    public async Task<IAsyncDisposable?> TryTakeAsync(Guid runId, CancellationToken cancel)
    {
        var connection = await database.Sessions.OpenConnectionAsync(cancel);
        try
        {
            var key = runId.ToString();
            if (await connection.ExecuteScalarAsync<bool>("select pg_try_advisory_lock(hashtextextended(@key, 0))", new { key }))
            {
                return new Handle(connection, key);
            }
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
        await connection.DisposeAsync();
        return null;
    }

    sealed class Handle(NpgsqlConnection connection, string key) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await using (connection)
            {
                try
                {
                    await connection.ExecuteAsync("select pg_advisory_unlock(hashtextextended(@key, 0))", new { key });
                }
                catch (NpgsqlException)
                {
                    // The connection is closed, which released the lock.
                }
            }
        }
    }
}
