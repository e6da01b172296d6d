using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using TwoStory.Core.Email;
using TwoStory.Core.Usage;

namespace TwoStory.Local.Email;

/// <summary>Speaks Resend's wire format: to the mailbox of this machine, or to Resend itself. https://resend.com/docs/api-reference/emails/send-batch-emails</summary>
sealed class ResendHttpSender(UpstreamGate gate, UpstreamOptions options, TimeProvider time) : IEmailSender
{
    sealed class RefusedException(SendResult result) : Exception(result.Error)
    {
        public SendResult Result => result;
    }

    public async Task<SendResult> SendAsync(string idempotencyKey, IReadOnlyList<string> payloads, CancellationToken cancel)
    {
        var body = $"[{string.Join(',', payloads)}]";
        try
        {
            return await gate.SendAsync(Call(), () => Request(idempotencyKey, body), Read, cancel);
        }
        catch (RefusedException refused)
        {
            return refused.Result;
        }
        catch (UpstreamException failure)
        {
            TimeSpan? wait = failure.RetryAt is { } at ? at - time.GetUtcNow().UtcDateTime : null;
            return failure.Kind == UpstreamFailure.LimitReached
                ? new SendResult(SendOutcome.Retry, [], failure.Code, wait)
                : new SendResult(SendOutcome.Unknown, [], failure.Code, wait);
        }
    }

    UpstreamCall Call() => new()
    {
        Provider = UpstreamProviders.Resend,
        Operation = "batch",
        OrganizationId = null,
        LimitKey = UpstreamProviders.Resend,
        Limit = new RateLimit(options.Resend.Requests, options.Resend.Window),
        AttemptTimeout = options.Resend.AttemptTimeout,
        BackOff = options.Resend.Window,
    };

    HttpRequestMessage Request(string idempotencyKey, string body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(options.Resend.BaseUrl, "/emails/batch"))
        {
            Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.Resend.ApiKey);
        request.Headers.Add("Idempotency-Key", idempotencyKey);
        return request;
    }

    static SendResult Read(UpstreamAnswer answer)
    {
        if (!answer.IsSuccess) throw new RefusedException(SendResult.Failed(answer.Status, Name(answer), answer.RetryAfter));
        return SendResult.Sent([.. answer.Json().GetProperty("data").EnumerateArray().Select(email => email.GetProperty("id").GetString() ?? "")]);
    }

    static string? Name(UpstreamAnswer answer) =>
        answer.TryJson() is { ValueKind: JsonValueKind.Object } body && body.TryGetProperty("name", out var name) ? name.GetString() : null;
}
