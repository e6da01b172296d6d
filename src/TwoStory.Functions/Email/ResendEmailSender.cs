using Resend;
using TwoStory.Core.Providers.Resend;
using TwoStory.Core.Upstreams;

namespace TwoStory.Functions.Email;

/// <summary>
/// Sends through Resend's own package, which addresses and signs the request; the messages are the outbox's, byte for byte. See
/// docs/decisions/resend-sends-stored-bytes.md.
/// </summary>
sealed class ResendEmailSender(ResendCalls calls, UpstreamOptions options) : IEmailSender
{
    // The package insists on messages of its own; what it makes of this one never leaves.
    static readonly EmailMessage[] Unused = [new EmailMessage()];

    public async Task<SendResult> SendAsync(string idempotencyKey, IReadOnlyList<string> payloads, CancellationToken cancel)
    {
        using var stored = new StoredBatch(calls, $"[{string.Join(',', payloads)}]");
        using var http = new HttpClient(stored) { Timeout = Timeout.InfiniteTimeSpan };
        IResend resend = ResendClient.Create(
            new ResendClientOptions { ApiUrl = options.Resend.BaseUrl.AbsoluteUri, ApiToken = options.Resend.ApiKey ?? "", ThrowExceptions = false }, http);
        await resend.EmailBatchAsync(idempotencyKey, Unused, cancel);
        return stored.Result ?? new SendResult(SendOutcome.Unknown, [], "no_outcome");
    }
}
