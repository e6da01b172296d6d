using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using TwoStory.Core.Data;
using TwoStory.Core.Jobs;
using TwoStory.Local.Jobs;

namespace TwoStory.Local.Demo;

/// <summary>The demo run: creates the demo brokerage, runs both jobs with a progress bar and prints a summary.</summary>
sealed class DemoRun(DemoBrokerage brokerage, JobStore store, JobReports reports, JobRunner runner, DemoSummary summary)
{
    static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(150);

    public async Task ShowAsync(string address, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        var organizationId = await brokerage.EnsureAsync(cancel);
        var jobs = new List<JobReport>();
        var again = true;
        foreach (var kind in JobKinds.All)
        {
            var last = await LastAsync(organizationId, kind, cancel);
            if (last is { State: JobState.Completed or JobState.Partial or JobState.Failed }) jobs.Add(last);
            else
            {
                jobs.Add(await RunAsync(organizationId, kind, cancel));
                again = false;
            }
        }
        await summary.PrintAsync(organizationId, jobs, watch.Elapsed, again, cancel);
        DemoBrokerage.PrintSignIn(address);
    }

    async Task<JobReport?> LastAsync(Guid organizationId, string kind, CancellationToken cancel) =>
        (await reports.ListAsync(organizationId, 100, null, cancel)).FirstOrDefault(report => report.Kind == kind);

    async Task<JobReport> RunAsync(Guid organizationId, string kind, CancellationToken cancel)
    {
        var run = await store.StartAsync(kind, organizationId, occurrence: null, cancel);
        var running = runner.ExecuteRunAsync(new OrganizationRun(run.Id, organizationId, kind));
        await AnsiConsole.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(),
            new ElapsedTimeColumn()).StartAsync(async progress =>
        {
            var bar = progress.AddTask(kind, maxValue: 1);
            while (!running.IsCompleted)
            {
                var report = await reports.GetAsync(organizationId, run.Id, cancel);
                if (report.Progress.Total > 0) (bar.MaxValue, bar.Value) = (report.Progress.Total, report.Progress.Done);
                await Task.WhenAny(running, Task.Delay(PollInterval, cancel));
            }
            bar.Value = bar.MaxValue;
        });
        return await reports.GetAsync(organizationId, run.Id, cancel);
    }
}

/// <summary>Prints the summary of the demo run from the figures in the database.</summary>
sealed class DemoSummary(Database database)
{
    sealed record Provider(string Name, long Calls, long Failures);

    /// <param name="organizationId">The demo brokerage.</param>
    /// <param name="jobs">The job runs.</param>
    /// <param name="elapsed">The duration of the demo run.</param>
    /// <param name="again">True if nothing was run and the figures are those of an earlier start.</param>
    /// <param name="cancel">Cancels the query.</param>
    public async Task PrintAsync(Guid organizationId, IReadOnlyList<JobReport> jobs, TimeSpan elapsed, bool again, CancellationToken cancel)
    {
        if (again) Console.WriteLine("The jobs of the demo brokerage ran at an earlier start; nothing was run again. Their results:");
        var table = new Table().Border(TableBorder.Rounded).AddColumn("").AddColumns([.. jobs.Select(job => new TableColumn(job.Kind).RightAligned())]);
        table.AddRow(["state", .. jobs.Select(job => job.State.ToString().ToLowerInvariant())]);
        Row(table, "organizations", jobs, _ => 1);
        Row(table, "leads", jobs, job => job.Counts.Leads);
        Row(table, "sales fetched", jobs, job => job.Counts.Sales);
        Row(table, "sales matched", jobs, job => job.Counts.Matches);
        Row(table, "alerts", jobs, job => job.Counts.Alerts);
        Row(table, "e-mails", jobs, job => job.Counts.Emails);
        Row(table, "failures", jobs, job => job.Counts.Failures);
        Row(table, "Spark requests", jobs, job => job.Requests.Spark);
        Row(table, "Spark floor", jobs, job => job.Requests.SparkFloor);
        Row(table, "RentCast requests", jobs, job => job.Requests.RentCast);
        table.AddRow(["seconds", .. jobs.Select(Seconds)]);
        AnsiConsole.Write(table);
        foreach (var provider in await ProvidersAsync(organizationId, cancel))
        {
            Console.WriteLine($"  {provider.Name}: {provider.Calls} requests, {provider.Failures} failed");
        }
        foreach (var error in jobs.SelectMany(job => job.Errors).Take(10)) Console.WriteLine($"  {error.Code}: {error.Message}");
        if (!again) Console.WriteLine($"  Duration of the demo run: {elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} seconds");
    }

    static void Row(Table table, string name, IReadOnlyList<JobReport> jobs, Func<JobReport, int> figure) =>
        table.AddRow([name, .. jobs.Select(job => figure(job).ToString("#,##0", CultureInfo.InvariantCulture))]);

    static string Seconds(JobReport job) => job is { StartedAt: { } start, FinishedAt: { } end }
        ? (end - start).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) : "";

    // Calls to the mail provider belong to no organization.
    Task<IReadOnlyList<Provider>> ProvidersAsync(Guid organizationId, CancellationToken cancel) => database.QueryAsync<Provider>(
        """
        select provider as name, sum(calls)::bigint as calls, sum(failures)::bigint as failures from api_usage
        where organization_id = @organizationId or organization_id is null group by provider order by provider
        """,
        new { organizationId }, cancel);
}
