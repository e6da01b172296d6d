namespace TwoStory.Core.Upstreams;

/// <summary>
/// The leave of one attempt to go out: a slot in the shared budget, and its line in the ledger. It is asked for twice, before a connection
/// is opened and again when the request is about to be written: what connecting cost must not make the request late.
/// </summary>
sealed class Permit(ProviderLimiter limiter, UsageLedger ledger, UpstreamCall call, TimeSpan longestSleep, TimeProvider time)
{
    const int MostStaleSlots = 10;

    static readonly TimeSpan TimeToConnect = TimeSpan.FromMilliseconds(300);
    static readonly TimeSpan TimeToCount = TimeSpan.FromMilliseconds(40);

    Lease? slot;

    /// <summary>Null as long as nothing was sent.</summary>
    public CountedCall? Counted { get; private set; }

    /// <summary>Why there was no leave; the HTTP stack may have wrapped it.</summary>
    public Exception? Failure { get; private set; }

    /// <exception cref="UpstreamException">The budget is spent for longer than we sleep.</exception>
    public async Task PrepareAsync(CancellationToken cancel)
    {
        slot = await ReserveAsync(cancel);
        await slot.WaitUntilAsync(TimeToConnect, cancel);
    }

    /// <summary>Returns when the request may be written, and must be at once.</summary>
    public async Task EnterAsync(CancellationToken cancel)
    {
        try
        {
            Counted = await CountAsync(cancel);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Failure = failure;
            throw;
        }
    }

    // The count comes right before the request, so that a crash leaves as little as possible counted but not sent;
    // and a moment before the slot, so that it does not make the request late.
    async Task<CountedCall> CountAsync(CancellationToken cancel)
    {
        for (var tries = 0; tries < MostStaleSlots; tries++)
        {
            slot ??= await ReserveAsync(cancel);
            await slot.WaitUntilAsync(TimeToCount, cancel);
            if (slot.IsFresh)
            {
                var counted = await ledger.CountAsync(call.OrganizationId, call.Provider, call.Operation, cancel);
                // So short that it is not worth cancelling.
                await slot.WaitAsync(CancellationToken.None);
                if (slot.IsFresh) return counted;
                await ledger.RefundAsync(counted, CancellationToken.None);
            }
            slot = null;
        }
        throw Spent(call.Limit.Window);
    }

    async Task<Lease> ReserveAsync(CancellationToken cancel)
    {
        var reserved = await limiter.ReserveAsync(call.LimitKey, call.Limit, longestSleep, cancel);
        return reserved.Granted ? reserved : throw Spent(reserved.Wait);
    }

    UpstreamException Spent(TimeSpan wait) =>
        new(UpstreamFailure.LimitReachedException, call.Provider, $"{call.Provider}_budget_spent", $"All requests that {call.Provider} allows now are used.",
            time.GetUtcNow().UtcDateTime + wait);
}
