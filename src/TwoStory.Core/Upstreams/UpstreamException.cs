namespace TwoStory.Core.Upstreams;

/// <summary>What a failed call to a provider means for the work that needs it.</summary>
public enum UpstreamFailure
{
    /// <summary>The provider refuses the credentials or the subscription. All work that needs them stops until they change.</summary>
    Refused,

    /// <summary>The provider does not have it.</summary>
    NotFound,

    /// <summary>The rate limit leaves no request until <see cref="UpstreamException.RetryAt"/>.</summary>
    LimitReached,

    /// <summary>The organization's own cap of this month is reached. All work that needs the provider stops, without a wait for
    /// <see cref="UpstreamException.RetryAt"/>.</summary>
    CapReached,

    /// <summary>The request is too large or too slow to answer; a smaller one may succeed.</summary>
    TooComplex,

    /// <summary>The provider never accepts this request.</summary>
    Rejected,

    /// <summary>The provider is down, stalls or cannot be reached; <see cref="UpstreamException.RetryAt"/> names the time of the next try.</summary>
    Unavailable,

    /// <summary>No attempt brought an answer that can be understood.</summary>
    BadAnswer,
}

/// <summary>A call to a provider failed after all retries. The message shows no secret, and no address with one.</summary>
/// <param name="kind">What the failure means for the work.</param>
/// <param name="provider">The provider's name, such as <c>spark</c>.</param>
/// <param name="code">A stable code for programs, such as <c>spark_credentials_refused</c>.</param>
/// <param name="message">One sentence for people.</param>
/// <param name="retryAt">The earliest time of the next try, UTC; null when another try does not help or may come at any time.</param>
public sealed class UpstreamException(
    UpstreamFailure kind, string provider, string code, string message, DateTime? retryAt = null, Exception? cause = null) : Exception(message, cause)
{
    public UpstreamFailure Kind => kind;

    public string Provider => provider;

    public string Code => code;

    public DateTime? RetryAt => retryAt;

    /// <summary>Another attempt within the same call may succeed.</summary>
    internal bool IsTransient { get; init; }

    /// <summary>The provider did nothing, so that even a request that must not happen twice can be sent again.</summary>
    internal bool IsUntouched { get; init; }

    /// <summary>The wait before the next attempt, from the provider where it names one.</summary>
    internal TimeSpan? RetryAfter { get; init; }

    /// <summary>The same failure with the time of the next call, UTC.</summary>
    internal UpstreamException Until(DateTime at) => Copy(at, RetryAfter);

    /// <summary>The same failure with a wait before the next attempt.</summary>
    internal UpstreamException After(TimeSpan wait) => Copy(retryAt, wait);

    UpstreamException Copy(DateTime? at, TimeSpan? wait) =>
        new(kind, provider, code, Message, at, InnerException) { IsTransient = IsTransient, IsUntouched = IsUntouched, RetryAfter = wait };
}
