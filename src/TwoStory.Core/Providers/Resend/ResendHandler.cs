using System.Net;

namespace TwoStory.Core.Providers.Resend;

/// <summary>Sends what a client library makes within Resend's limits, with our retries, counted in the usage ledger.</summary>
/// <exception cref="Upstreams.UpstreamException">There is no answer.</exception>
public sealed class ResendHandler(ResendCalls calls) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        var answer = await calls.ExchangeAsync(Copy(request, body), cancellationToken);
        var response = new HttpResponseMessage((HttpStatusCode)answer.Status) { Content = new ReadOnlyMemoryContent(answer.Body), RequestMessage = request };
        // The Resend package reads the headers of limits as integers and throws on others, such as a date: it gets the only one that is used, in seconds.
        if (answer.RetryAfter is { } wait) response.Headers.RetryAfter = new(TimeSpan.FromSeconds(Math.Ceiling(wait.TotalSeconds)));
        response.Content.Headers.ContentType = new("application/json");
        return response;
    }

    // The client disposes its own message, and a message that was sent cannot be sent again.
    static HttpRequestMessage Copy(HttpRequestMessage request, byte[] body)
    {
        var copy = new HttpRequestMessage(request.Method, request.RequestUri) { Content = new ByteArrayContent(body) };
        foreach (var header in request.Headers) copy.Headers.TryAddWithoutValidation(header.Key, header.Value);
        foreach (var header in request.Content?.Headers ?? Enumerable.Empty<KeyValuePair<string, IEnumerable<string>>>())
        {
            copy.Content.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }
        return copy;
    }
}
