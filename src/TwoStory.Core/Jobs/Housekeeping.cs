using Microsoft.Extensions.Logging;
using TwoStory.Core.Data;
using TwoStory.Core.Providers.Spark;

namespace TwoStory.Core.Jobs;

/// <summary>Deletes rows that are no longer needed and encrypts stored secrets with the current key. Hosts run it every hour.</summary>
public sealed class Housekeeping(
    Database database, KeyRotation keys, IEnumerable<Cleanup> cleanups, TimeProvider time, ILogger<Housekeeping> logger)
{
    public async Task RunAsync(CancellationToken cancel)
    {
        await keys.SweepAsync(cancel);
        var removed = await CleanAsync(cancel);
        logger.LogInformation("Removed {Count} expired rows", removed);
    }

    /// <returns>The number of deleted rows; 0 while another instance does the same.</returns>
    public Task<int> CleanAsync(CancellationToken cancel) =>
        database.TransactAsync(async transaction =>
        {
            if (!await transaction.QueryFirstAsync<bool>("select pg_try_advisory_xact_lock(hashtext('twostory-housekeeping'))")) return 0;
            var removed = 0;
            foreach (var cleanup in cleanups) removed += await transaction.ExecuteAsync(cleanup.Sql, cleanup.Parameters(time.GetUtcNow().UtcDateTime));
            return removed;
        }, cancel);
}
