using System.Text.Json;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Resend;

/// <summary>Makes requests to Resend, within its limits, and sorts what comes back. Who makes the message is the head's affair.</summary>
public sealed class ResendCalls(UpstreamClient gate, UpstreamOptions options, TimeProvider time)
{
    sealed class RefusedException(SendResult result) : Exception(result.Error)
    {
        public SendResult Result => result;
    }

    /// <param name="request">Makes the same message anew for each attempt.</param>
    /// <param name="cancel">Stops waiting; the outcome is then unknown.</param>
    public async Task<SendResult> SendBatchAsync(Func<HttpRequestMessage> request, CancellationToken cancel)
    {
        try
        {
            return await gate.SendAsync(Call(), request, Read, cancel);
        }
        catch (RefusedException refused)
        {
            return refused.Result;
        }
        catch (UpstreamException failure)
        {
            TimeSpan? wait = failure.RetryAt is { } at ? at - time.GetUtcNow().UtcDateTime : null;
            return failure.Kind == UpstreamFailure.LimitReachedException
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

    static SendResult Read(UpstreamAnswer answer)
    {
        if (!answer.IsSuccess) throw new RefusedException(SendResult.Failed(answer.Status, Name(answer), answer.RetryAfter));
        return SendResult.Sent([.. answer.Json().GetProperty("data").EnumerateArray().Select(email => email.GetProperty("id").GetString() ?? "")]);
    }

    static string? Name(UpstreamAnswer answer) =>
        answer.TryJson() is { ValueKind: JsonValueKind.Object } body && body.TryGetProperty("name", out var name) ? name.GetString() : null;
}
