using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using TwoStory.Core.Data;
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

/// <summary>Prints what a night did, in figures read from the database.</summary>
sealed class NightSummary(Database database)
{
    sealed record Provider(string Name, long Calls, long Failures);

    /// <param name="organizationId">The demo brokerage.</param>
    /// <param name="night">Its runs.</param>
    /// <param name="elapsed">Since the start of the night's work.</param>
    /// <param name="again">True when nothing was run: the figures are of an earlier start.</param>
    /// <param name="cancel">Stops waiting for the database.</param>
    public async Task PrintAsync(Guid organizationId, IReadOnlyList<JobReport> night, TimeSpan elapsed, bool again, CancellationToken cancel)
    {
        if (again) Console.WriteLine("The demo brokerage had its night at an earlier start, and nothing was run again. What it did:");
        var table = new Table().Border(TableBorder.Rounded).AddColumn("").AddColumns([.. night.Select(job => new TableColumn(job.Kind).RightAligned())]);
        table.AddRow(["state", .. night.Select(job => job.State.ToString().ToLowerInvariant())]);
        Row(table, "organizations", night, _ => 1);
        Row(table, "leads", night, job => job.Counts.Leads);
        Row(table, "sales fetched", night, job => job.Counts.Sales);
        Row(table, "sales matched", night, job => job.Counts.Matches);
        Row(table, "alerts", night, job => job.Counts.Alerts);
        Row(table, "e-mails", night, job => job.Counts.Emails);
        Row(table, "failures", night, job => job.Counts.Failures);
        Row(table, "Spark requests", night, job => job.Requests.Spark);
        Row(table, "Spark floor", night, job => job.Requests.SparkFloor);
        Row(table, "RentCast requests", night, job => job.Requests.RentCast);
        table.AddRow(["seconds", .. night.Select(Seconds)]);
        AnsiConsole.Write(table);
        foreach (var provider in await ProvidersAsync(organizationId, cancel))
        {
            Console.WriteLine($"  {provider.Name}: {provider.Calls} requests in all, {provider.Failures} failed");
        }
        foreach (var error in night.SelectMany(job => job.Errors).Take(10)) Console.WriteLine($"  {error.Code}: {error.Message}");
        if (!again) Console.WriteLine($"  from the first lead to this summary: {elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} seconds");
    }

    static void Row(Table table, string name, IReadOnlyList<JobReport> night, Func<JobReport, int> figure) =>
        table.AddRow([name, .. night.Select(job => figure(job).ToString("#,##0", CultureInfo.InvariantCulture))]);

    static string Seconds(JobReport job) => job is { StartedAt: { } start, FinishedAt: { } end } ? (end - start).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) : "";

    // The product's own calls, to the mail provider, belong to no organization.
    Task<IReadOnlyList<Provider>> ProvidersAsync(Guid organizationId, CancellationToken cancel) => database.QueryAsync<Provider>(
        """
        select provider as name, sum(calls)::bigint as calls, sum(failures)::bigint as failures from api_usage
        where organization_id = @organizationId or organization_id is null group by provider order by provider
        """,
        new { organizationId }, cancel);
}
