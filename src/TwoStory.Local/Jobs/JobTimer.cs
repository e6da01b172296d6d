using TwoStory.Core.Jobs;

namespace TwoStory.Local.Jobs;

/// <summary>Starts the due runs at the start and at every full hour, and resumes runs whose process ended.</summary>
sealed class JobTimer(JobDue due, JobStore store, JobRunner runner, TimeProvider time, ILogger<JobTimer> logger) : BackgroundService
{
    static readonly TimeSpan Tick = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var lastHour = -1;
        using var timer = new PeriodicTimer(Tick, time);
        do
        {
            try
            {
                var hour = time.GetUtcNow().Hour;
                if (hour != lastHour) await StartDueAsync(stoppingToken);
                else await ResumeAsync(stoppingToken);
                lastHour = hour;
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                logger.LogError(failure, "The job timer failed and runs again in a minute");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    async Task StartDueAsync(CancellationToken cancel)
    {
        foreach (var kind in JobKinds.All)
        {
            Guid? after = null;
            do
            {
                var page = await due.StartDueAsync(kind, after, cancel);
                foreach (var run in page.Runs) _ = runner.ExecuteRunAsync(run);
                after = page.After;
            }
            while (after is not null);
        }
    }

    async Task ResumeAsync(CancellationToken cancel)
    {
        foreach (var run in await store.LiveAsync(cancel)) _ = runner.ExecuteRunAsync(new OrganizationRun(run.Id, run.OrganizationId, run.Kind));
    }
}

/// <summary>Runs housekeeping at the start and every hour.</summary>
sealed class HousekeepingTimer(Housekeeping housekeeping, TimeProvider time, ILogger<HousekeepingTimer> logger) : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await housekeeping.RunAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                logger.LogWarning("Housekeeping failed and runs again in an hour: {Message}", failure.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
