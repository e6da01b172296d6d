using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using TwoStory.Core.Data;
using TwoStory.Core.Providers.Resend;

namespace TwoStory.Core.Email;

/// <summary>
/// Sends each e-mail of the outbox once. The messages and the idempotency key of a request are stored before the request is sent,
/// so that after a crash another instance repeats the same request and the provider detects the repetition.
/// </summary>
public sealed class OutboxSender(Database database, IEmailSender sender, TimeProvider time, ILogger<OutboxSender> logger)
{
    /// <summary>The maximum number of messages in one request, set by the provider.</summary>
    public const int BatchSize = 100;

    static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    // The provider stores a key for 24 hours. After that a repeated request would send the e-mails again.
    static readonly TimeSpan KeyLifetime = TimeSpan.FromHours(23);

    // Links in security mail expire within an hour.
    static readonly TimeSpan SecurityParking = TimeSpan.FromMinutes(5);

    /// <summary>E-mails that ended without delivery, by error. Operators alert on it.</summary>
    static readonly Counter<int> Undelivered = Instrumentation.Meter.CreateCounter<int>(
        "twostory.email.undelivered", "{email}", "E-mails that ended without delivery, by error.");

    readonly OutboxMetrics metrics = new(database, time);

    /// <param name="IsNew">True when the provider is known not to have the request.</param>
    sealed record Claimed(Guid BatchId, int BatchOrder, string Payload, int Attempts, bool KeyExpired, bool Canceled, bool IsNew);

    /// <summary>Sends all e-mails that are due.</summary>
    /// <returns>The number of e-mails that the provider accepted.</returns>
    public async Task<int> SendDueAsync(CancellationToken cancel)
    {
        await metrics.MeasureAsync(cancel);
        var sent = 0;
        while (await ClaimAsync(cancel) is { Count: > 0 } batch) sent += await SendAsync(batch, cancel);
        return sent;
    }

    async Task<IReadOnlyList<Claimed>> ClaimAsync(CancellationToken cancel)
    {
        var claimed = await database.QueryAsync<Claimed>(
            """
            with security as (
                -- Password resets and invitations go first, each in a request of its own: no other message parks or delays them.
                select id from email_outbox
                where state = 'pending' and carries_secret and not_before <= now()
                order by not_before, id limit 1
                for update skip locked
            ), started as (
                -- The first message of a batch locks the whole batch.
                select batch_id from email_outbox
                where state in ('sending', 'parked') and not_before <= now() and batch_order = 1 and not exists (select from security)
                order by carries_secret desc, not_before limit 1
                for update skip locked
            ), again as (
                select id from email_outbox where batch_id = (select batch_id from started) and state in ('sending', 'parked')
            ), fresh as (
                select id from email_outbox
                where state = 'pending' and not carries_secret and not_before <= now()
                  and not exists (select from security) and not exists (select from started)
                order by not_before, id limit @BatchSize
                for update skip locked
            ), batch as (
                select id, row_number() over (order by id) as position, @newBatch as batch from (select id from security union all select id from fresh) n
                union all select id, null, null from again
            )
            update email_outbox o
            set state = 'sending', attempts = attempts + 1, not_before = now() + @Lease,
                batch_id = coalesce(b.batch, o.batch_id), batch_order = coalesce(b.position, o.batch_order),
                handed_over_at = coalesce(o.handed_over_at, now())
            from batch b where b.id = o.id
            returning o.batch_id, o.batch_order, o.payload, o.attempts, o.handed_over_at < now() - @KeyLifetime as key_expired,
                o.canceled, o.handed_over_at = now() as is_new
            """,
            new { BatchSize, Lease, KeyLifetime, newBatch = Guid.CreateVersion7() }, cancel);
        return [.. claimed.OrderBy(message => message.BatchOrder)];
    }

    async Task<int> SendAsync(IReadOnlyList<Claimed> batch, CancellationToken cancel)
    {
        var id = batch[0].BatchId;
        if (batch.Any(message => message.KeyExpired))
        {
            logger.LogError("{Count} e-mails of batch {Batch} are not sent again: the outcome is unknown and the idempotency key has expired", batch.Count, id);
            await FailAsync(id, batch.Count, OutboxStore.OutcomeUnknown, cancel);
            return 0;
        }
        if (batch.Any(message => message.Canceled) && batch[0].IsNew)
        {
            await ReleaseAsync(id, cancel);
            return 0;
        }
        var result = await sender.SendAsync(id.ToString("N"), [.. batch.Select(message => message.Payload)], cancel);
        if (result.Outcome is not SendOutcome.Sent) logger.LogWarning("E-mail batch {Batch}: {Outcome} ({Error})", id, result.Outcome, result.Error);
        OutboxMetrics.Count(batch.Count, result.Outcome);
        await SettleAsync(id, batch, result, cancel);
        return result.Outcome is SendOutcome.Sent ? batch.Count : 0;
    }

    Task SettleAsync(Guid id, IReadOnlyList<Claimed> batch, SendResult result, CancellationToken cancel)
    {
        var backOff = TimeSpan.FromSeconds(Math.Min(900, 5 * Math.Pow(2, batch[0].Attempts - 1)));
        return result.Outcome switch
        {
            SendOutcome.Sent => MarkSentAsync(id, result.ProviderIds, cancel),
            SendOutcome.AlreadySent => FinishAsync(id, "sent", result.Error, cancel),
            SendOutcome.Retry => PostponeAsync(id, "sending", result.RetryAfter ?? backOff, known: true, result.Error, cancel),
            SendOutcome.Unknown => PostponeAsync(id, "sending", result.RetryAfter ?? backOff, known: false, result.Error, cancel),
            SendOutcome.Park => PostponeAsync(id, "parked", result.RetryAfter ?? TimeSpan.FromHours(1), known: true, result.Error, cancel),
            _ when batch.Count > 1 => SplitAsync(id, cancel),
            _ => FailAsync(id, batch.Count, result.Error ?? "rejected", cancel),
        };
    }

    Task MarkSentAsync(Guid id, IReadOnlyList<string> providerIds, CancellationToken cancel) => database.ExecuteAsync(
        """
        update email_outbox set state = 'sent', sent_at = now(), error = null, provider_id = (@providerIds)[batch_order],
            payload = case when carries_secret then '' else payload end
        where batch_id = @id
        """,
        new { id, providerIds = providerIds.ToArray() }, cancel);

    Task FinishAsync(Guid id, string state, string? error, CancellationToken cancel) => database.ExecuteAsync(
        """
        update email_outbox set state = @state, error = @error, sent_at = case when @state = 'sent' then now() end,
            payload = case when carries_secret then '' else payload end
        where batch_id = @id
        """,
        new { id, state, error }, cancel);

    Task FailAsync(Guid id, int count, string error, CancellationToken cancel)
    {
        Undelivered.Add(count, new KeyValuePair<string, object?>("error", error));
        return FinishAsync(id, "failed", error, cancel);
    }

    // The rest goes out under a new key: the provider may have stored the old one with the payload of all.
    Task ReleaseAsync(Guid id, CancellationToken cancel) => database.ExecuteAsync(
        """
        update email_outbox set batch_id = null, batch_order = null, handed_over_at = null, not_before = now(),
            state = case when canceled then 'failed' else 'pending' end, error = case when canceled then 'recipient_removed' end,
            payload = case when canceled and carries_secret then '' else payload end
        where batch_id = @id
        """,
        new { id }, cancel);

    Task PostponeAsync(Guid id, string state, TimeSpan wait, bool known, string? error, CancellationToken cancel) => database.ExecuteAsync(
        """
        update email_outbox set state = @state, not_before = now() + case when carries_secret and @state = 'parked' then least(@wait, @SecurityParking) else @wait end, error = @error,
            handed_over_at = case when @known then null else handed_over_at end
        where batch_id = @id
        """,
        new { id, state, wait, known, error, SecurityParking }, cancel);

    // The provider refuses a whole request for one invalid message. Sent alone, only the invalid message fails.
    Task SplitAsync(Guid id, CancellationToken cancel) => database.ExecuteAsync(
        "update email_outbox set batch_id = gen_random_uuid(), batch_order = 1, handed_over_at = null, not_before = now() where batch_id = @id",
        new { id }, cancel);
}
