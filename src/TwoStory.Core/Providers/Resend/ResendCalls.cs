using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Resend;

/// <summary>Sends requests to Resend within its limits, and classifies the answers. The host's sender creates the request.</summary>
public sealed class ResendCalls([FromKeyedServices(UpstreamProviders.Resend)] UpstreamClient http, ResendOptions options, TimeProvider time)
{
    sealed class RefusedException(SendResult result) : Exception(result.Error)
    {
        public SendResult Result => result;
    }

    /// <param name="request">Creates the request, once for all attempts.</param>
    /// <param name="cancel">Cancels the call; the outcome is then unknown.</param>
    public async Task<SendResult> SendBatchAsync(Func<HttpRequestMessage> request, CancellationToken cancel)
    {
        try
        {
            return await http.SendAsync(Call(), request(), Read, cancel);
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
        Limit = new RateLimit(options.Requests, options.Window),
        AttemptTimeout = options.AttemptTimeout,
        BackOff = options.Window,
    };

    static SendResult Read(UpstreamAnswer answer)
    {
        if (!answer.IsSuccess) throw new RefusedException(SendResult.Failed(answer.Status, Name(answer), answer.RetryAfter));
        return SendResult.Sent([.. answer.Json().GetProperty("data").EnumerateArray().Select(email => email.GetProperty("id").GetString() ?? "")]);
    }

    static string? Name(UpstreamAnswer answer) =>
        answer.TryJson() is { ValueKind: JsonValueKind.Object } body && body.TryGetProperty("name", out var name) ? name.GetString() : null;
}
