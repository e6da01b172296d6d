using TwoStory.Core.Email;

namespace TwoStory.Functions.Email;

/// <summary>Sends the due messages of the outbox. Concurrent executions share the work, because each message is claimed by one of them.</summary>
public sealed class OutboxTimer(OutboxSender sender)
{
    [Function("SendOutbox")]
    public Task Send([TimerTrigger("%OutboxTimer%")] TimerInfo timer, CancellationToken cancel) => sender.SendDueAsync(cancel);
}
