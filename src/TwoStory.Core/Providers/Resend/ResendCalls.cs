using System.Text.Json;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Resend;

/// <summary>Makes requests to Resend, within its limits, and sorts what comes back. Who makes the message is the head's affair.</summary>
public sealed class ResendCalls(UpstreamClient gate, UpstreamOptions options, TimeProvider time)
{
    sealed class RefusedException(UpstreamAnswer answer) : Exception($"Resend answered {answer.Status}.")
    {
        public UpstreamAnswer Answer => answer;
    }

    /// <param name="request">Makes the same message anew for each attempt.</param>
    /// <param name="cancel">Stops waiting; the outcome is then unknown.</param>
    public async Task<SendResult> SendBatchAsync(Func<HttpRequestMessage> request, CancellationToken cancel)
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

    /// <summary>One request and its answer, of whatever status; a success has a body of JSON.</summary>
    /// <param name="request">Makes the same message anew for each attempt.</param>
    /// <param name="cancel">Stops waiting; the outcome is then unknown.</param>
    /// <exception cref="UpstreamException">There is no answer.</exception>
    public async Task<UpstreamAnswer> ExchangeAsync(Func<HttpRequestMessage> request, CancellationToken cancel)
    {
        try
        {
            return await gate.SendAsync(Call(), request, RequireSuccess, cancel);
        }
        catch (RefusedException refused)
        {
            return refused.Answer;
        }
    }

    /// <summary>What it means for the messages that there is no answer.</summary>
    public SendResult Failed(UpstreamException failure)
    {
        TimeSpan? wait = failure.RetryAt is { } at ? at - time.GetUtcNow().UtcDateTime : null;
        var outcome = failure.Kind == UpstreamFailure.LimitReachedException ? SendOutcome.Retry : SendOutcome.Unknown;
        return new SendResult(outcome, [], failure.Code, wait);
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
