namespace TwoStory.Core.Upstreams;

/// <summary>The monthly quotas of an organization that a call counts against.</summary>
public enum UsageQuota
{
    /// <summary>None: the call is in the ledger only.</summary>
    None,

    /// <summary>The organization's own cap for the provider.</summary>
    Cap,

    /// <summary>The cap, and the valuations that the subscription includes.</summary>
    CapAndValuations,
}

/// <summary>What the handlers know of a call: its provider, its payer, its limits and its timeouts.</summary>
public sealed record UpstreamCall
{
    /// <summary>The provider's name in <c>api_usage</c> and in error codes, such as <c>spark</c>.</summary>
    public required string Provider { get; init; }

    /// <summary>The operation's name in <c>api_usage</c>, such as <c>search</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>The organization that the call is counted for; null for the product's own calls.</summary>
    public required Guid? OrganizationId { get; init; }

    /// <summary>The key of the shared rate limit and of the circuit breaker: the provider and a fingerprint of its credential.</summary>
    public required string LimitKey { get; init; }

    public required RateLimit Limit { get; init; }

    /// <summary>The longest time from sending to the last byte of the answer, without the wait for a slot.</summary>
    public required TimeSpan AttemptTimeout { get; init; }

    /// <summary>The wait after a 429 without <c>Retry-After</c>.</summary>
    public required TimeSpan BackOff { get; init; }

    public UsageQuota Quota { get; init; }

    /// <summary>The cost of an answered call, USD.</summary>
    public decimal Cost { get; init; }

    /// <summary>Called after every attempt that was sent.</summary>
    public Func<CancellationToken, Task>? Counting { get; init; }

    /// <summary>False when sending the request twice differs from sending it once.</summary>
    public bool SafeToRepeat { get; init; } = true;
}

/// <summary>What travels with a request through the handlers.</summary>
/// <param name="Read">Reads the answer; throws <see cref="UpstreamException"/> for a failure and <see cref="System.Text.Json.JsonException"/> for a
/// damaged body.</param>
sealed record UpstreamRequest(UpstreamCall Call, DeferredContent Content, Action<UpstreamAnswer> Read)
{
    static readonly HttpRequestOptionsKey<UpstreamRequest> Key = new(nameof(UpstreamRequest));

    /// <summary>The slot of the current attempt.</summary>
    public Lease? Lease { get; set; }

    /// <summary>The timestamp at which the current attempt was written; null before.</summary>
    public long? SentAt { get; set; }

    public static UpstreamRequest? Find(HttpRequestMessage message) => message.Options.TryGetValue(Key, out var request) ? request : null;

    public static UpstreamRequest From(HttpRequestMessage message) =>
        Find(message) ?? throw new InvalidOperationException("Requests to providers are sent by UpstreamClient.");

    public void AttachTo(HttpRequestMessage message)
    {
        message.Content = Content;
        message.Options.Set(Key, this);
    }
}
