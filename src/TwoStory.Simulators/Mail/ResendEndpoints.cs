using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using TwoStory.Simulators.Control;

namespace TwoStory.Simulators.Mail;

/// <summary>Resend's API in front of the mailbox: send one, send a batch, read one back.</summary>
sealed class ResendEndpoints(ProviderPipeline pipeline, RateLimiter limiter, SimulatorOptions options, Mailbox mailbox)
{
    const int LargestBatch = 100;
    const int LongestKey = 256;
    static readonly Provider Provider = new(ProviderNames.Resend, context => Key(context.Request), ResendErrors.Failure);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/emails", pipeline.Handle(Provider, "emails", context => Authorize(context, SendOne)));
        routes.MapPost("/emails/batch", pipeline.Handle(Provider, "emails/batch", context => Authorize(context, SendBatch)));
        routes.MapGet("/emails/{id:guid}", pipeline.Handle(Provider, "emails/{id}", context => Authorize(context, Retrieve)));
    }

    async Task<Reply> Authorize(HttpContext context, Func<HttpRequest, Task<Reply>> answer)
    {
        var key = Key(context.Request);
        if (key == CredentialLabel.None)
        {
            return ResendErrors.MissingKey();
        }

        // The limit is the team's, over all keys.
        var rule = new RateRule(options.ResendLimit, options.ResendWindow);
        var result = limiter.Enter(ProviderNames.Resend, rule);
        var reset = Math.Max(1, (int)Math.Ceiling(result.ResetAfter.TotalSeconds));
        var reply = result.Allowed ? await answer(context.Request) : ResendErrors.RateLimited(rule.Limit!.Value, reset);
        return rule.Limit is not { } limit ? reply : reply
            .With("ratelimit-limit", Text(limit))
            .With("ratelimit-remaining", Text(result.Remaining))
            .With("ratelimit-reset", Text(reset))
            .With("ratelimit-policy", $"{limit};w={Math.Max(1, (int)rule.Window.TotalSeconds)}");
    }

    Task<Reply> SendOne(HttpRequest request) => Send(request, json => [MailReader.Read(json)], ids => new { id = ids[0] });

    Task<Reply> SendBatch(HttpRequest request) => Send(request, ReadBatch, ids => new { data = ids.Select(id => new { id }) });

    async Task<Reply> Send(HttpRequest request, Func<JsonElement, IReadOnlyList<Mail>> read, Func<IReadOnlyList<Guid>, object> answer)
    {
        var key = request.Headers.TryGetValue("Idempotency-Key", out var given) ? given.ToString() : null;
        if (key is { Length: 0 or > LongestKey })
        {
            return ResendErrors.KeyLength();
        }

        var body = await BodyAsync(request);
        try
        {
            using var json = JsonDocument.Parse(body);
            var (outcome, ids) = mailbox.Accept(read(json.RootElement), key, Hash(request, body));
            return outcome == MailOutcome.KeyReused ? ResendErrors.KeyReused() : Reply.Json(200, answer(ids));
        }
        catch (JsonException)
        {
            return ResendErrors.NotJson();
        }
        catch (MailException error)
        {
            return ResendErrors.Unsendable(error);
        }
    }

    static IReadOnlyList<Mail> ReadBatch(JsonElement json) => json.ValueKind != JsonValueKind.Array
        ? throw new MailException("validation_error", "The body must be an array of mails")
        : json.GetArrayLength() is 0 or > LargestBatch
            ? throw new MailException("validation_error", $"A batch must have from 1 to {LargestBatch} mails")
            : [.. json.EnumerateArray().Select(MailReader.Read)];

    Task<Reply> Retrieve(HttpRequest request)
    {
        var mail = mailbox.Find(Guid.Parse(request.RouteValues["id"]!.ToString()!));
        return Task.FromResult(mail is null ? ResendErrors.NotFound() : Reply.Json(200, new
        {
            @object = "email",
            id = mail.Id,
            from = mail.From,
            to = mail.To,
            cc = (string[]?)null,
            bcc = (string[]?)null,
            reply_to = mail.ReplyTo,
            subject = mail.Subject,
            html = mail.Html,
            text = mail.Text,
            tags = mail.Tags.Select(tag => new { name = tag.Name, value = tag.Value }),
            created_at = mail.ReceivedAt,
            scheduled_at = (string?)null,
            last_event = "delivered",
        }));
    }

    static async Task<byte[]> BodyAsync(HttpRequest request)
    {
        using var buffer = new MemoryStream();
        await request.Body.CopyToAsync(buffer, request.HttpContext.RequestAborted);
        return buffer.ToArray();
    }

    static string Hash(HttpRequest request, byte[] body) =>
        Convert.ToHexStringLower(SHA256.HashData([.. System.Text.Encoding.UTF8.GetBytes(request.Path), .. body]));

    static string Key(HttpRequest request) => request.Headers.Authorization.ToString() is var header
        && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && header[7..].Trim() is { Length: > 0 } key
            ? key
            : CredentialLabel.None;

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

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

    public static Reply Unsendable(MailException error) => Error(422, error.Name, error.Message);

    public static Reply NotFound() => Error(404, "not_found", "Email not found");

    /// <summary>The body of an injected failure. The code is the name, such as daily_quota_exceeded.</summary>
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
