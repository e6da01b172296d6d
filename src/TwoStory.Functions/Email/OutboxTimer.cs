using TwoStory.Core.Email;

namespace TwoStory.Functions.Email;

/// <summary>Sends what the outbox holds. Two at once share the work: each message is claimed by one of them.</summary>
public sealed class OutboxTimer(OutboxSender sender)
{
    [Function("SendOutbox")]
    public Task Send([TimerTrigger("%OutboxTimer%")] TimerInfo timer, CancellationToken cancel) => sender.SendDueAsync(cancel);
}
