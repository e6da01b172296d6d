using Microsoft.Extensions.Logging;
using TwoStory.Core.Data;
using TwoStory.Core.Providers.Resend;

namespace TwoStory.Core.Email;

/// <summary>
/// Sends what the outbox holds, each message once. A request's messages and key are fixed in the database before it is made,
/// so whoever finds it after a crash makes the very same request, which the provider recognises.
/// </summary>
public sealed class OutboxSender(Database database, IEmailSender sender, ILogger<OutboxSender> logger)
{
    /// <summary>Messages in one request, the provider's maximum.</summary>
    public const int BatchSize = 100;

    static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    // The provider forgets a key after 24 hours; after that the same request would be a second mail.
    static readonly TimeSpan KeyLifetime = TimeSpan.FromHours(23);

    sealed record Claimed(Guid BatchId, int BatchOrder, string Payload, int Attempts, bool Forgotten);

    /// <summary>Sends everything that is due.</summary>
    /// <returns>How many messages the provider accepted.</returns>
    public async Task<int> SendDueAsync(CancellationToken cancel)
    {
        var sent = 0;
        while (await ClaimAsync(cancel) is { Count: > 0 } batch) sent += await SendAsync(batch, cancel);
        return sent;
    }

    async Task<IReadOnlyList<Claimed>> ClaimAsync(CancellationToken cancel)
    {
        var claimed = await database.QueryAsync<Claimed>(
            """
            with started as (
                -- A batch's first message stands for the batch: who locks it has it.
                select batch_id from email_outbox
                where state in ('sending', 'parked') and not_before <= now() and batch_order = 1
                order by not_before limit 1
                for update skip locked
            ), again as (
                select id from email_outbox where batch_id = (select batch_id from started) and state in ('sending', 'parked')
            ), fresh as (
                select id from email_outbox
                where state = 'pending' and not_before <= now() and not exists (select from started)
                order by not_before, id limit @BatchSize
                for update skip locked
            ), batch as (
                select id, row_number() over (order by id) as place, @newBatch as batch from fresh
                union all select id, null, null from again
            )
            update email_outbox o
            set state = 'sending', attempts = attempts + 1, not_before = now() + @Lease,
                batch_id = coalesce(b.batch, o.batch_id), batch_order = coalesce(b.place, o.batch_order),
                handed_over_at = coalesce(o.handed_over_at, now())
            from batch b where b.id = o.id
            returning o.batch_id, o.batch_order, o.payload, o.attempts, o.handed_over_at < now() - @KeyLifetime as forgotten
            """,
            new { BatchSize, Lease, KeyLifetime, newBatch = Guid.CreateVersion7() }, cancel);
        return [.. claimed.OrderBy(message => message.BatchOrder)];
    }

    async Task<int> SendAsync(IReadOnlyList<Claimed> batch, CancellationToken cancel)
    {
        var id = batch[0].BatchId;
        if (batch.Any(message => message.Forgotten))
        {
            logger.LogWarning("Mail batch {Batch}: its outcome was never known and the provider has forgotten its key; it is not sent again", id);
            await FinishAsync(id, "failed", "outcome_unknown", cancel);
            return 0;
        }
        var result = await sender.SendAsync(id.ToString("N"), [.. batch.Select(message => message.Payload)], cancel);
        if (result.Outcome is not SendOutcome.Sent) logger.LogWarning("Mail batch {Batch}: {Outcome} ({Error})", id, result.Outcome, result.Error);
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
            _ when batch.Count > 1 => DissolveAsync(id, cancel),
            _ => FinishAsync(id, "failed", result.Error, cancel),
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

    Task PostponeAsync(Guid id, string state, TimeSpan wait, bool known, string? error, CancellationToken cancel) => database.ExecuteAsync(
        """
        update email_outbox set state = @state, not_before = now() + @wait, error = @error,
            handed_over_at = case when @known then null else handed_over_at end
        where batch_id = @id
        """,
        new { id, state, wait, known, error }, cancel);

    // One bad message makes the provider refuse all of a request; alone, each shows which it is.
    Task DissolveAsync(Guid id, CancellationToken cancel) => database.ExecuteAsync(
        "update email_outbox set batch_id = gen_random_uuid(), batch_order = 1, handed_over_at = null, not_before = now() where batch_id = @id",
        new { id }, cancel);
}
