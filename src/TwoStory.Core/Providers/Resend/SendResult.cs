namespace TwoStory.Core.Providers.Resend;

/// <summary>The outcome of a request to the mail provider.</summary>
public enum SendOutcome
{
    /// <summary>Accepted.</summary>
    Sent,

    /// <summary>Accepted before under this key.</summary>
    AlreadySent,

    /// <summary>Not accepted for now; the same request is sent again later.</summary>
    Retry,

    /// <summary>The outcome is not known; the same request is sent again while the provider stores its idempotency key.</summary>
    Unknown,

    /// <summary>Not accepted until an operator changes something: a quota, a key, a domain.</summary>
    Park,

    /// <summary>Refused for good.</summary>
    GiveUp,
}

/// <param name="ProviderIds">For <see cref="SendOutcome.Sent"/>: the provider's ids in the order of the messages.</param>
/// <param name="Error">The provider's name of the error.</param>
/// <param name="RetryAfter">The wait that the provider names.</param>
public sealed record SendResult(SendOutcome Outcome, IReadOnlyList<string> ProviderIds, string? Error = null, TimeSpan? RetryAfter = null)
{
    public static SendResult Sent(IReadOnlyList<string> providerIds) => new(SendOutcome.Sent, providerIds);

    /// <summary>Classifies an error by its name first and its status second, because one status has several meanings.</summary>
    /// <param name="status">The HTTP status; 0 without an answer.</param>
    /// <param name="name">The error's <c>name</c>; null when the body could not be read. See https://resend.com/docs/api-reference/errors.</param>
    /// <param name="retryAfter">The <c>retry-after</c> header.</param>
    public static SendResult Failed(int status, string? name, TimeSpan? retryAfter) => new(Sort(status, name), [], name ?? $"http_{status}", retryAfter);

    static SendOutcome Sort(int status, string? name) => (name, status) switch
    {
        ("invalid_idempotent_request", _) => SendOutcome.AlreadySent,
        ("concurrent_idempotent_requests", _) => SendOutcome.Unknown,
        ("rate_limit_exceeded", _) => SendOutcome.Retry,
        ("daily_quota_exceeded" or "monthly_quota_exceeded", _) => SendOutcome.Park,
        ("missing_api_key" or "restricted_api_key" or "invalid_api_key", _) => SendOutcome.Park,
        ("validation_error", 403) => SendOutcome.Park,
        (_, 401 or 403) => SendOutcome.Park,
        (_, 429) => SendOutcome.Retry,
        (_, 0 or 408 or >= 500) => SendOutcome.Unknown,
        _ => SendOutcome.GiveUp,
    };
}
