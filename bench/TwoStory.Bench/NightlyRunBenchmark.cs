using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using TwoStory.Core.Data;
using TwoStory.Core.Jobs;
using TwoStory.Local.Jobs;

namespace TwoStory.Bench;

/// <summary>The whole nearby-sales job of one organization: one week of King County's sales, leads at its homes, 1 mile, pages of 25.</summary>
static class NightlyRunBenchmark
{
    public static async Task<int> RunAsync(string[] args)
    {
        var sizes = Numbers(args.ElementAtOrDefault(0) ?? "1000,10000,100000");
        var latencies = Numbers(args.ElementAtOrDefault(1) ?? "0,100");
        await using var bench = new BenchHost();
        Console.WriteLine("| leads | latency ms | Spark requests | floor | matches | alerts | seconds | rows/s | peak MB (before the job) |");
        Console.WriteLine("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var latency in latencies)
        {
            foreach (var size in sizes) await MeasureAsync(bench, size, latency);
        }
        return 0;
    }

    static async Task MeasureAsync(BenchHost bench, int leads, int latency)
    {
        await using var app = await bench.StartAsync(simulators: simulators => simulators.Latency = TimeSpan.FromMilliseconds(latency));
        var organizationId = await BenchHost.AddOrganizationAsync(app.Services, leads, "sim-idx-bench");
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        var before = process.WorkingSet64;
        using var memory = new PeakMemory();

        var watch = Stopwatch.StartNew();
        var run = await app.Services.GetRequiredService<JobStore>().StartAsync(JobKinds.NearbySales, organizationId, null, default);
        await app.Services.GetRequiredService<JobRunner>().ExecuteRunAsync(new OrganizationRun(run.Id, organizationId, run.Kind));
        var seconds = watch.Elapsed.TotalSeconds;

        var report = await app.Services.GetRequiredService<JobReports>().GetAsync(organizationId, run.Id, default);
        if (report.State != JobState.Completed) throw new InvalidOperationException($"The run ended {report.State}.");
        var rows = await app.Services.GetRequiredService<Database>().QueryFirstAsync<long>(
            "select (select count(*) from nearby_sales) + (select count(*) from notifications) + (select count(*) from email_outbox) + (select count(*) from job_batches)", null, default);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {leads:#,##0} | {latency} | {report.Requests.Spark} | {report.Requests.SparkFloor} | {report.Counts.Matches:#,##0} | {report.Counts.Alerts:#,##0} | {seconds:0.0} | {rows / seconds:#,##0} | {memory.Megabytes:#,##0} ({before / 1_048_576:#,##0}) |"));
        await app.StopAsync();
    }

    static int[] Numbers(string text) => [.. text.Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
}
