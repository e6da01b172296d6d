using System.Net.Http.Headers;

namespace TwoStory.Core.Upstreams;

/// <summary>One attempt over the network, with every way in which it can go wrong given its name.</summary>
sealed class UpstreamTransport(IHttpClientFactory clients, TimeProvider time)
{
    static readonly TimeSpan LongestRetryAfter = TimeSpan.FromDays(1);

    public async Task<UpstreamAnswer> FetchAsync(UpstreamCall call, Func<HttpRequestMessage> request, Permit admission, CancellationToken cancel)
    {
        using var timeout = new CancellationTokenSource(call.AttemptTimeout, time);
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancel, timeout.Token);
        try
        {
            using var client = clients.CreateClient(call.Provider);
            using var message = request();
            message.Content = new PermittedContent(message.Content, async _ =>
            {
                // Waiting for the slot is none of the provider's time.
                timeout.CancelAfter(Timeout.InfiniteTimeSpan);
                await admission.EnterAsync(cancel);
                timeout.CancelAfter(call.AttemptTimeout);
            });
            using var response = await client.SendAsync(message, attempt.Token);
            var body = await response.Content.ReadAsByteArrayAsync(attempt.Token);
            return new UpstreamAnswer((int)response.StatusCode, body, response.Headers, RetryAfter(response.Headers));
        }
        catch (Exception) when (admission.Failure is not null)
        {
            throw admission.Failure;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw Failed(call, UpstreamFailure.Unavailable, "stalled", $"did not answer within {call.AttemptTimeout.TotalSeconds:0.#} seconds", null);
        }
        catch (HttpRequestException failure)
        {
            throw Named(call, failure);
        }
        catch (IOException failure)
        {
            throw Failed(call, UpstreamFailure.Unavailable, "connection_lost", "closed the connection", failure);
        }
    }

    static UpstreamException Named(UpstreamCall call, HttpRequestException failure) => failure.HttpRequestError switch
    {
        HttpRequestError.ConfigurationLimitExceeded =>
            new(UpstreamFailure.BadAnswer, call.Provider, $"{call.Provider}_answer_too_large", $"{call.Provider} answered more than we read.", cause: failure),
        HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse =>
            Failed(call, UpstreamFailure.BadAnswer, "answer_cut_off", "sent an answer that ends too early", failure),
        HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError =>
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
