using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Resend;

/// <summary>Sends requests to Resend within its limits, and classifies the answers. The host's sender creates the request.</summary>
public sealed class ResendCalls([FromKeyedServices(UpstreamProviders.Resend)] UpstreamClient http, ResendOptions options, TimeProvider time)
{
    sealed class RefusedException(UpstreamAnswer answer) : Exception($"Resend answered {answer.Status}.")
    {
        public UpstreamAnswer Answer => answer;
    }

    /// <param name="request">The request, for all attempts; disposed at the end.</param>
    /// <param name="cancel">Cancels the call; the outcome is then unknown.</param>
    public async Task<SendResult> SendBatchAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        try
        {
            return Read(await ExchangeAsync(request, cancel));
        }
        catch (UpstreamException failure)
        {
            return Failed(failure);
        }
    }

    /// <summary>Sends a request and returns the answer with any status; the body of a success is JSON.</summary>
    /// <param name="request">The request, for all attempts; disposed at the end.</param>
    /// <param name="cancel">Cancels the call; the outcome is then unknown.</param>
    /// <exception cref="UpstreamException">There is no answer.</exception>
    public async Task<UpstreamAnswer> ExchangeAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        try
        {
            return await http.SendAsync(options.Call(UpstreamProviders.Resend, "batch", organizationId: null), request, RequireSuccess, cancel);
        }
        catch (RefusedException refused)
        {
            return refused.Answer;
        }
    }

    /// <summary>Classifies a call without an answer.</summary>
    public SendResult Failed(UpstreamException failure)
    {
        TimeSpan? wait = failure.RetryAt is { } at ? at - time.GetUtcNow().UtcDateTime : null;
        var outcome = failure.Kind == UpstreamFailure.LimitReached ? SendOutcome.Retry : SendOutcome.Unknown;
        return new SendResult(outcome, [], failure.Code, wait);
    }

    static UpstreamAnswer RequireSuccess(UpstreamAnswer answer)
    {
        if (!answer.IsSuccess) throw new RefusedException(answer);
        answer.Json();
        return answer;
    }

    static SendResult Read(UpstreamAnswer answer)
    {
        if (!answer.IsSuccess) return SendResult.Failed(answer.Status, Name(answer), answer.RetryAfter);
        return SendResult.Sent([.. answer.Json().GetProperty("data").EnumerateArray().Select(email => email.GetProperty("id").GetString() ?? "")]);
    }

    static string? Name(UpstreamAnswer answer) =>
        answer.TryJson() is { ValueKind: JsonValueKind.Object } body && body.TryGetProperty("name", out var name) ? name.GetString() : null;
}
