using System.Net;
using System.Net.Http.Headers;
using System.Text;
using TwoStory.Core.Providers.Resend;

namespace TwoStory.Functions.Email;

/// <summary>Takes a request from Resend's package, puts the stored messages into it, and sends it by Core's gate.</summary>
/// <param name="calls">Keeps the limits, tries again, and sorts the outcome.</param>
/// <param name="body">The messages in Resend's wire format.</param>
sealed class StoredBatch(ResendCalls calls, string body) : HttpMessageHandler
{
    /// <summary>What became of it. The package cannot say: an error name that it does not know is lost in it.</summary>
    public SendResult? Result { get; private set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Result = await calls.SendBatchAsync(() => WithBody(request), cancellationToken);
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("""{"data":[]}""", Encoding.UTF8, "application/json") };
    }

    // A message can be sent once only, so each attempt gets its own.
    HttpRequestMessage WithBody(HttpRequestMessage request)
    {
        var copy = new HttpRequestMessage(request.Method, request.RequestUri)
        {
            Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
        foreach (var header in request.Headers) copy.Headers.TryAddWithoutValidation(header.Key, header.Value);
        return copy;
    }
}
