using System.Diagnostics;
using Spectre.Console;
using TwoStory.Core.Jobs;
using TwoStory.Local.Jobs;

namespace TwoStory.Local.Demo;

/// <summary>Shows one night's work: makes the demo brokerage, runs both jobs before the user's eyes, and prints what they did.</summary>
sealed class DemoNight(DemoBrokerage brokerage, JobStore store, JobReports reports, JobRunner runner, NightSummary summary)
{
    static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(150);

    public async Task ShowAsync(string address, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        var organizationId = await brokerage.EnsureAsync(cancel);
        var night = new List<JobReport>();
        var again = true;
        foreach (var kind in JobKinds.All)
        {
            var last = await LastAsync(organizationId, kind, cancel);
            if (last is { State: JobState.Completed or JobState.Partial or JobState.Failed }) night.Add(last);
            else
            {
                night.Add(await RunAsync(organizationId, kind, cancel));
                again = false;
            }
        }
        await summary.PrintAsync(organizationId, night, watch.Elapsed, again, cancel);
        DemoBrokerage.PrintSignIn(address);
    }

    async Task<JobReport?> LastAsync(Guid organizationId, string kind, CancellationToken cancel) =>
        (await reports.ListAsync(organizationId, 100, null, cancel)).FirstOrDefault(report => report.Kind == kind);

    async Task<JobReport> RunAsync(Guid organizationId, string kind, CancellationToken cancel)
    {
        var run = await store.StartAsync(kind, organizationId, occurrence: null, cancel);
        var carrying = runner.CarryAsync(new OrganizationRun(run.Id, organizationId, kind));
        await AnsiConsole.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn()).StartAsync(async progress =>
        {
            var bar = progress.AddTask(kind, maxValue: 1);
            while (!carrying.IsCompleted)
            {
                var report = await reports.GetAsync(organizationId, run.Id, cancel);
                if (report.Progress.Total > 0) (bar.MaxValue, bar.Value) = (report.Progress.Total, report.Progress.Done);
                await Task.WhenAny(carrying, Task.Delay(Glance, cancel));
            }
            bar.Value = bar.MaxValue;
        });
        return await reports.GetAsync(organizationId, run.Id, cancel);
    }
}
