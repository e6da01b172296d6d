using TwoStory.Core.Jobs;

namespace TwoStory.Local.Jobs;

/// <summary>Cleans up at the start and every hour.</summary>
sealed class HousekeepingTimer(Housekeeping housekeeping, TimeProvider time, ILogger<HousekeepingTimer> logger) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        do
        {
            try
            {
                await housekeeping.RunAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                logger.LogWarning("Cleaning up waits: {Message}", failure.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
