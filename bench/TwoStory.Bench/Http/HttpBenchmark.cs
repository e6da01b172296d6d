using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using TwoStory.Core.Data;

namespace TwoStory.Bench.Http;

/// <summary>
/// The most frequent requests of a frontend, at 100,000 leads of 50 organizations over 32 connections; and beside it pgbench with the very statements
/// of each route, prepared, on the same server in the same run.
/// </summary>
static class HttpBenchmark
{
    const int Connections = 32;
    const int Organizations = 50;
    const int LeadsEach = 2_000;

    // Until then code is still being compiled.
    static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);

    // The page size of the statements of the route.
    static readonly (string Name, Func<Viewer, string> Path, int Limit)[] Routes =
    [
        ("lead list", _ => "api/leads", 21),
        ("lead detail", viewer => $"api/leads/{viewer.LeadId}", 101),
        ("notifications", _ => "api/notifications", 21),
        ("dashboard", _ => "api/dashboard/stats", 11),
    ];

    public static async Task<int> RunAsync(string[] args)
    {
        var seconds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 15;
        await using var bench = new BenchHost();
        var connectionString = await bench.CreateDatabaseAsync();
        await using var app = await bench.StartAsync(simulators: simulators => simulators.DemoWorld = false, connectionString: connectionString);
        var database = app.Services.GetRequiredService<Database>();
        var viewers = await Portfolio.FillAsync(new Uri(app.Urls.First()), database, Organizations, LeadsEach);
        using var load = new HttpLoad(new Uri(app.Urls.First()), Connections);

        Console.WriteLine("| route | round trips | requests/s | p50 ms | p99 ms | failed | µs of CPU, clients too | pgbench/s | share |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var (name, path, limit) in Routes)
        {
            var requests = viewers.Select(viewer => (viewer, path(viewer))).ToList();
            await load.RunAsync(requests, WarmUp);
            var statements = await StatementLog.ForAsync(() => load.RunAsync(requests[..1], requests: 1));
            using var process = Process.GetCurrentProcess();
            var before = process.TotalProcessorTime;
            var measured = await load.RunAsync(requests, TimeSpan.FromSeconds(seconds));
            process.Refresh();
            var work = (process.TotalProcessorTime - before).TotalMicroseconds / measured.Latencies.Count;
            var transactions = await PgBench.RunAsync(connectionString, statements, viewers.Take(Connections), limit, seconds);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {statements.Count} | {measured.PerSecond:#,##0} | {measured.Percentile(0.5):0.0} | {measured.Percentile(0.99):0.0} | {measured.Failed} | {work:#,##0} | {transactions:#,##0} | {measured.PerSecond / transactions:P0} |"));
        }
        await app.StopAsync();
        return 0;
    }
}
