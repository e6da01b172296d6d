using TwoStory.Core.Email;

namespace TwoStory.Local.Email;

/// <summary>Sends the outbox as it fills. Any number of processes may pump the same outbox.</summary>
sealed class OutboxPump(OutboxSender sender, TimeProvider time, ILogger<OutboxPump> logger) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await sender.SendDueAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                logger.LogWarning("Sending the outbox failed and is tried again: {Message}", failure.Message);
            }
        }
    }
}
