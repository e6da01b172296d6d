namespace TwoStory.Core.Upstreams;

/// <summary>
/// Sends each attempt in its slot of the provider's shared rate limit, and delays the next requests of all instances when the provider
/// reports that its limit is reached.
/// </summary>
sealed class RateLimitHandler(ProviderLimiter limiter, UpstreamOptions options, TimeProvider time) : DelegatingHandler
{
    const int LeastTries = 10;

    // A request is passed on this long before its slot, so that the connection is open when the slot comes.
    static readonly TimeSpan TimeToConnect = TimeSpan.FromMilliseconds(300);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var upstream = UpstreamRequest.From(request);
        upstream.Lease = await ReserveAsync(upstream.Call, cancellationToken);
        await upstream.Lease.WaitUntilAsync(TimeToConnect, cancellationToken);
        upstream.Content.Reset(cancel => WaitForSlotAsync(upstream, cancel));
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (UpstreamException failure) when (failure is { Kind: UpstreamFailure.LimitReached, RetryAt: null })
        {
            var wait = failure.RetryAfter ?? upstream.Call.BackOff;
            await limiter.DelayAsync(upstream.Call.LimitKey, upstream.Call.Limit, wait, CancellationToken.None);
            throw failure.After(wait);
        }
    }

    // A slow connection or a slow database can let the slot pass; a request sent then could break the limit.
    async Task WaitForSlotAsync(UpstreamRequest upstream, CancellationToken cancel)
    {
        var start = time.GetTimestamp();
        for (var stale = 0; stale < LeastTries || time.GetElapsedTime(start) < options.LongestSleep; stale++)
        {
            upstream.Lease ??= await ReserveAsync(upstream.Call, cancel);
            await upstream.Lease.WaitAsync(cancel);
            if (upstream.Lease.IsFresh) return;
            upstream.Lease = null;
        }
        throw Spent(upstream.Call, upstream.Call.Limit.Window);
    }

    async Task<Lease> ReserveAsync(UpstreamCall call, CancellationToken cancel)
    {
        var lease = await limiter.ReserveAsync(call.LimitKey, call.Limit, options.LongestSleep, cancel);
        TelemetryHandler.RecordWait(call, lease);
        return lease.Granted ? lease : throw Spent(call, lease.Wait);
    }

    UpstreamException Spent(UpstreamCall call, TimeSpan wait) =>
        new(UpstreamFailure.LimitReached, call.Provider, $"{call.Provider}_budget_spent", $"The rate limit of {call.Provider} leaves no request now.",
            time.GetUtcNow().UtcDateTime + wait);
}
