using Dapper;
using Npgsql;
using TwoStory.Core.Data;

namespace TwoStory.Local.Jobs;

/// <summary>Lets one process at a time carry a run. PostgreSQL holds the lock for a connection, so it ends with the process, however that ends.</summary>
sealed class RunLock(Database database)
{
    /// <returns>Null when another process has it.</returns>
    public async Task<IAsyncDisposable?> TryTakeAsync(Guid runId, CancellationToken cancel)
    {
        var connection = await database.Source.OpenConnectionAsync(cancel);
        try
        {
            var key = runId.ToString();
            if (await connection.ExecuteScalarAsync<bool>("select pg_try_advisory_lock(hashtextextended(@key, 0))", new { key })) return new Held(connection, key);
        }
        catch
        {
            // The lock may have been taken in the last moment, and a pooled connection would keep it.
            NpgsqlConnection.ClearPool(connection);
            await connection.DisposeAsync();
            throw;
        }
        await connection.DisposeAsync();
        return null;
    }

    sealed class Held(NpgsqlConnection connection, string key) : IAsyncDisposable
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
                    // The connection is gone, and the lock with it.
                }
            }
        }
    }
}
