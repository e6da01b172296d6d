using System.Net.Http.Headers;
using System.Text.Json;

namespace TwoStory.Core.Upstreams;

/// <summary>Sends one attempt over the network, reads the answer within the limits of time and size, and gives every failure its name.</summary>
sealed class TransportHandler(UpstreamOptions options, TimeProvider time) : DelegatingHandler
{
    static readonly TimeSpan LongestRetryAfter = TimeSpan.FromDays(1);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var upstream = UpstreamRequest.From(request);
        using var timeout = new CancellationTokenSource(upstream.Call.AttemptTimeout, time);
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        StopWhileWaiting(timeout, upstream, time, cancellationToken);
        try
        {
            var response = await base.SendAsync(request, attempt.Token);
            await response.Content.LoadIntoBufferAsync(options.MaxBodyBytes, attempt.Token);
            var body = await response.Content.ReadAsByteArrayAsync(attempt.Token);
            Read(upstream, new UpstreamAnswer((int)response.StatusCode, body, response.Headers, RetryAfter(response.Headers)));
            return response;
        }
        catch (Exception) when (upstream.Content.Failure is not null)
        {
            throw upstream.Content.Failure;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed(upstream.Call, UpstreamFailure.Unavailable, "stalled",
                $"did not answer within {upstream.Call.AttemptTimeout.TotalSeconds:0.#} seconds", null);
        }
        catch (HttpRequestException failure)
        {
            throw Named(upstream.Call, failure);
        }
        catch (IOException failure)
        {
            throw Failed(upstream.Call, UpstreamFailure.Unavailable, "connection_lost", "closed the connection", failure);
        }
    }

    // The wait for a slot is not part of the attempt's time.
    static void StopWhileWaiting(CancellationTokenSource timeout, UpstreamRequest upstream, TimeProvider time, CancellationToken cancel)
    {
        var beforeSend = upstream.Content.BeforeSend;
        upstream.Content.BeforeSend = async _ =>
        {
            timeout.CancelAfter(Timeout.InfiniteTimeSpan);
            await beforeSend(cancel);
            upstream.SentAt = time.GetTimestamp();
            timeout.CancelAfter(upstream.Call.AttemptTimeout);
        };
    }

    static void Read(UpstreamRequest upstream, UpstreamAnswer answer)
    {
        try
        {
            upstream.Read(answer);
        }
        catch (JsonException damaged)
        {
            throw Failed(upstream.Call, UpstreamFailure.BadAnswer, "not_json", "answered something other than the JSON it documents", damaged);
        }
    }

    static UpstreamException Named(UpstreamCall call, HttpRequestException failure) => failure.HttpRequestError switch
    {
        HttpRequestError.ConfigurationLimitExceeded =>
            new(UpstreamFailure.BadAnswer, call.Provider, $"{call.Provider}_answer_too_large",
                $"The answer of {call.Provider} is larger than allowed.", cause: failure),
        HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse =>
            Failed(call, UpstreamFailure.BadAnswer, "answer_cut_off", "sent an answer that ends too early", failure),
        HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError
            or HttpRequestError.ProxyTunnelError =>
            Failed(call, UpstreamFailure.Unavailable, "unreachable", "cannot be reached", failure, untouched: true),
        _ => Failed(call, UpstreamFailure.Unavailable, "connection_lost", "closed the connection", failure),
    };

    static UpstreamException Failed(UpstreamCall call, UpstreamFailure kind, string code, string what, Exception? cause, bool untouched = false) =>
        new(kind, call.Provider, $"{call.Provider}_{code}", $"{call.Provider} {what}.", cause: cause) { IsTransient = true, IsUntouched = untouched };

    TimeSpan? RetryAfter(HttpResponseHeaders headers)
    {
        var wait = headers.RetryAfter?.Delta ?? headers.RetryAfter?.Date - time.GetUtcNow();
        if (wait is not { } span) return null;
        return span < TimeSpan.Zero ? TimeSpan.Zero : span > LongestRetryAfter ? LongestRetryAfter : span;
    }
}
