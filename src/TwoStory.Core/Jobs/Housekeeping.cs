using Microsoft.Extensions.Logging;
using TwoStory.Core.Accounts;
using TwoStory.Core.Data;
using TwoStory.Core.Providers.Spark;

namespace TwoStory.Core.Jobs;

/// <summary>Removes expired rows of all organizations, and re-encrypts stored secrets with the current key. The host runs it every hour.</summary>
public sealed class Housekeeping(Database database, KeyRotation keys, TimeProvider time, ILogger<Housekeeping> logger)
{
    // Expired invitations stay listed, so that they can be sent again.
    static readonly TimeSpan InvitationRetention = TimeSpan.FromDays(30);

    // A year, and some time to review it.
    static readonly TimeSpan AuditRetention = TimeSpan.FromDays(400);

    // Sign-in attempts at unknown accounts.
    static readonly TimeSpan AttemptRetention = TimeSpan.FromDays(30);

    public async Task RunAsync(CancellationToken cancel)
    {
        await keys.SweepAsync(cancel);
        var removed = await CleanAsync(cancel);
        logger.LogInformation("Removed {Count} expired rows", removed);
    }

    /// <returns>The number of removed rows; 0 when another instance is running it.</returns>
    public Task<int> CleanAsync(CancellationToken cancel) =>
        database.TransactAsync(async transaction =>
        {
            if (!await transaction.QueryFirstAsync<bool>("select pg_try_advisory_xact_lock(hashtext('twostory-housekeeping'))")) return 0;
            return await transaction.ExecuteAsync(
                """
                delete from rate_limits where key like 'attempt:%' and theoretical_arrival < now() - interval '1 hour';
                delete from refresh_tokens where expires_at < @now;
                delete from password_resets where expires_at < @now;
                delete from invitations where expires_at < @now - @InvitationRetention;
                delete from idempotency_keys where created_at < now() - @Kept;
                delete from audit_events where at < now() - @AuditRetention or (organization_id is null and at < now() - @AttemptRetention);
                """, new { now = time.GetUtcNow().UtcDateTime, InvitationRetention, IdempotencyStore.Kept, AuditRetention, AttemptRetention });
        }, cancel);
}
