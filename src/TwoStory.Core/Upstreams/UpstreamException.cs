namespace TwoStory.Core.Upstreams;

/// <summary>A provider did not do what it was asked, after everything worth retrying was retried. Never shows a secret or an address with one.</summary>
/// <param name="kind">What it means for the work.</param>
/// <param name="provider">Such as <c>spark</c>.</param>
/// <param name="code">A stable code for programs, such as <c>spark_credentials_refused</c>.</param>
/// <param name="message">One sentence for people.</param>
/// <param name="retryAt">When to try again at the earliest, UTC; null when trying again does not help or any time will do.</param>
public sealed class UpstreamException(
    UpstreamFailure kind, string provider, string code, string message, DateTime? retryAt = null, Exception? cause = null) : Exception(message, cause)
{
    public UpstreamFailure Kind => kind;

    public string Provider => provider;

    public string Code => code;

    public DateTime? RetryAt => retryAt;

    /// <summary>Worth another attempt within the same call.</summary>
    internal bool IsTransient { get; init; }

    /// <summary>The provider surely did nothing, so that even what must not happen twice may be sent again.</summary>
    internal bool IsUntouched { get; init; }

    /// <summary>What the provider itself asked to wait.</summary>
    internal TimeSpan? RetryAfter { get; init; }

    internal UpstreamException Again(bool transient, DateTime? at) =>
        new(kind, provider, code, Message, at, InnerException) { IsTransient = transient, IsUntouched = IsUntouched, RetryAfter = RetryAfter };
}
