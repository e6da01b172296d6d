using System.Net.Http.Headers;
using System.Text;

namespace TwoStory.Core.Providers.Resend;

/// <summary>Sends stored messages to Resend, or to what speaks its wire format. See https://resend.com/docs/api-reference/emails/send-batch-emails</summary>
public sealed class ResendHttpSender(ResendCalls calls, ResendOptions options) : IEmailSender
{
    public Task<SendResult> SendAsync(string idempotencyKey, IReadOnlyList<string> payloads, CancellationToken cancel) =>
        calls.SendBatchAsync(Request(idempotencyKey, $"[{string.Join(',', payloads)}]"), cancel);

    HttpRequestMessage Request(string idempotencyKey, string body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(options.BaseUrl, "/emails/batch"))
        {
            Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.ApiKey);
        request.Headers.Add("Idempotency-Key", idempotencyKey);
        return request;
    }
}
