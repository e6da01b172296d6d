using Microsoft.Extensions.Logging;
using TwoStory.Core.Accounts;
using TwoStory.Core.Data;
using TwoStory.Core.Providers.Spark;

namespace TwoStory.Core.Jobs;

/// <summary>Removes what nobody can use any more, of every organization, and brings stored secrets under the current key. Heads run it every hour.</summary>
public sealed class Housekeeping(Database database, KeyRotation keys, TimeProvider time, ILogger<Housekeeping> logger)
{
    // An invitation that ran out is listed for a while, so that it can be sent again.
    static readonly TimeSpan InvitationsListed = TimeSpan.FromDays(30);

    // A year, and time to look at it.
    static readonly TimeSpan AuditKept = TimeSpan.FromDays(400);

    // At accounts that nobody has.
    static readonly TimeSpan AttemptsKept = TimeSpan.FromDays(30);

    public async Task RunAsync(CancellationToken cancel)
    {
        await keys.SweepAsync(cancel);
        var removed = await CleanAsync(cancel);
        logger.LogInformation("Removed {Count} rows that nobody can use any more", removed);
    }

    /// <returns>How many rows were removed; none when another instance is at it.</returns>
    public Task<int> CleanAsync(CancellationToken cancel) =>
        database.TransactAsync(async transaction =>
        {
            if (!await transaction.QueryFirstAsync<bool>("select pg_try_advisory_xact_lock(hashtext('twostory-housekeeping'))")) return 0;
            return await transaction.ExecuteAsync(
                """
                delete from rate_limits where key like 'attempt:%' and theoretical_arrival < now() - interval '1 hour';
                delete from refresh_tokens where expires_at < @now;
                delete from password_resets where expires_at < @now;
                delete from invitations where expires_at < @now - @InvitationsListed;
                delete from idempotency_keys where created_at < now() - @Kept;
                delete from audit_events where at < now() - @AuditKept or (organization_id is null and at < now() - @AttemptsKept);
                """, new { now = time.GetUtcNow().UtcDateTime, InvitationsListed, IdempotencyStore.Kept, AuditKept, AttemptsKept });
        }, cancel);
}
