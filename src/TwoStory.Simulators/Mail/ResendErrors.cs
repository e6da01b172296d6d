using System.Globalization;
using TwoStory.Simulators.Control;

namespace TwoStory.Simulators.Mail;

/// <summary>Resend's error bodies.</summary>
static class ResendErrors
{
    public static Reply MissingKey() => Error(401, "missing_api_key", "Missing API key in the authorization header");

    public static Reply KeyLength() => Error(400, "invalid_idempotency_key", "The key must be between 1-256 chars");

    public static Reply KeyReused() =>
        Error(409, "invalid_idempotent_request", "This idempotency key was already used with a different payload");

    public static Reply RateLimited(int limit, int seconds) => Error(429, "rate_limit_exceeded",
            string.Create(CultureInfo.InvariantCulture, $"Too many requests. You can only make {limit} requests per second."))
        .With("retry-after", seconds.ToString(CultureInfo.InvariantCulture));

    public static Reply NotJson() => Error(400, "validation_error", "The body must be JSON");

    public static Reply Unsendable(MailException wrong) => Error(422, wrong.Name, wrong.Message);

    public static Reply NotFound() => Error(404, "not_found", "Email not found");

    /// <summary>What an injected failure answers; the code is the name, such as daily_quota_exceeded.</summary>
    public static Reply Failure(int status, string? code) => Error(status, code ?? UsualName(status), (code ?? UsualName(status)) switch
    {
        "rate_limit_exceeded" => "Too many requests. You can only make 2 requests per second.",
        "daily_quota_exceeded" => "You have reached your daily email sending quota.",
        "monthly_quota_exceeded" => "You have reached your monthly email sending quota.",
        "concurrent_idempotent_requests" => "Another request with this idempotency key is still in progress",
        "missing_api_key" => "Missing API key in the authorization header",
        _ => "An unexpected error occurred",
    });

    static string UsualName(int status) => status switch
    {
        400 => "validation_error",
        401 => "missing_api_key",
        403 => "invalid_api_key",
        404 => "not_found",
        405 => "method_not_allowed",
        409 => "concurrent_idempotent_requests",
        422 => "missing_required_field",
        429 => "rate_limit_exceeded",
        451 => "security_error",
        _ => "internal_server_error",
    };

    static Reply Error(int statusCode, string name, string message) => Reply.Json(statusCode, new { statusCode, name, message });
}
