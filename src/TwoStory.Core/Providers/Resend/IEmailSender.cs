namespace TwoStory.Core.Providers.Resend;

/// <summary>Sends stored messages to the mail provider.</summary>
public interface IEmailSender
{
    /// <summary>Sends one request. The same key with the same messages is accepted once, however often it is sent (for 24 hours).</summary>
    /// <param name="idempotencyKey">The key of this request.</param>
    /// <param name="payloads">1 to 100 messages in the provider's wire format, sent byte for byte.</param>
    /// <param name="cancel">Cancels the call; the outcome is then unknown.</param>
    Task<SendResult> SendAsync(string idempotencyKey, IReadOnlyList<string> payloads, CancellationToken cancel);
}
