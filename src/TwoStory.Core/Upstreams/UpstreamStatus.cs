namespace TwoStory.Core.Upstreams;

/// <summary>Maps HTTP status codes to failures, for providers without their own rules.</summary>
static class UpstreamStatus
{
    /// <summary>The failure for a status other than 2xx.</summary>
    public static UpstreamException Failure(string provider, UpstreamAnswer answer) => answer.Status switch
    {
        401 => New(UpstreamFailure.Refused, provider, "credentials_refused", "does not accept the credentials", answer),
        403 => New(UpstreamFailure.Refused, provider, "access_refused", "refuses access", answer),
        402 => New(UpstreamFailure.Refused, provider, "billing", "requires payment", answer),
        404 => New(UpstreamFailure.NotFound, provider, "not_found", "does not have it", answer),
        413 or 414 or 431 => New(UpstreamFailure.TooComplex, provider, "request_too_large", "rejects the request as too large", answer),
        429 => Limit(provider, answer),
        408 or (>= 500 and not 501) => Unavailable(provider, "unavailable", "is not available now", answer),
        _ => New(UpstreamFailure.Rejected, provider, "rejected", $"rejected the request with status {answer.Status}", answer),
    };

    public static UpstreamException Limit(string provider, UpstreamAnswer answer) =>
        new(UpstreamFailure.LimitReached, provider, $"{provider}_limit_reached", $"{provider} reports that its rate limit is reached.")
        {
            IsTransient = true,
            IsUntouched = true,
            RetryAfter = answer.RetryAfter,
        };

    public static UpstreamException Unavailable(string provider, string code, string what, UpstreamAnswer answer) =>
        new(UpstreamFailure.Unavailable, provider, $"{provider}_{code}", $"{provider} {what} (status {answer.Status}).")
        {
            IsTransient = true,
            RetryAfter = answer.RetryAfter,
        };

    public static UpstreamException New(UpstreamFailure kind, string provider, string code, string what, UpstreamAnswer answer) =>
        new(kind, provider, $"{provider}_{code}", $"{provider} {what}.") { RetryAfter = answer.RetryAfter };
}
