using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using TwoStory.Core.Data;

namespace TwoStory.Bench.Http;

/// <summary>
/// Many concurrent clients for minutes, reads and writes mixed, at 100,000 leads of 50 organizations. Host, simulators and
/// clients share one process.
/// </summary>
static class LoadBenchmark
{
    const int Organizations = 50;
    const int LeadsEach = 2_000;

    public static async Task<int> RunAsync(string[] args)
    {
        var minutes = double.Parse(args.ElementAtOrDefault(0) ?? "10", CultureInfo.InvariantCulture);
        var clients = int.Parse(args.ElementAtOrDefault(1) ?? "200", CultureInfo.InvariantCulture);
        await using var bench = new BenchHost();
        var connectionString = await bench.CreateDatabaseAsync();
        await using var app = await bench.StartAsync(simulators: simulators => simulators.DemoWorld = false, connectionString: connectionString);
        var (database, root) = (app.Services.GetRequiredService<Database>(), new Uri(app.Urls.First()));
        var viewers = await Portfolio.FillAsync(root, database, Organizations, LeadsEach);
        // The simulated AVM does not know these streets; it values any point.
        await database.ExecuteAsync("update leads set street = null, city = null, state = null, postal_code = null where id = any (@ids)",
            new { ids = viewers.Select(viewer => viewer.LeadId).ToArray() }, default);
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = clients }) { BaseAddress = root };

        Console.WriteLine($"{clients} clients for {minutes.ToString(CultureInfo.InvariantCulture)} min on {Organizations * LeadsEach:#,##0} leads");
        var tally = new LoadTally();
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(minutes));
        var watch = Stopwatch.StartNew();
        var watching = WatchAsync(connectionString, tally, watch, stop.Token);
        await Task.WhenAll(Enumerable.Range(0, clients).Select(number =>
            Task.Run(() => new FrontendClient(http, viewers[number % viewers.Count], number, tally).RunAsync(stop.Token))));
        var seconds = watch.Elapsed.TotalSeconds;
        var mostConnections = await watching;

        Print(tally);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{tally.Answered / seconds:#,##0} answers/s; {tally.Errors} errors; at most {mostConnections} PostgreSQL connections of the pool's {new NpgsqlConnectionStringBuilder(database.Source.ConnectionString).MaxPoolSize}"));
        foreach (var error in tally.FirstErrors) Console.WriteLine($"  {error}");
        await app.StopAsync();
        return tally.Errors == 0 ? 0 : 1;
    }

    static void Print(LoadTally tally)
    {
        Console.WriteLine("| request | answered | p50 ms | p99 ms | refused with Retry-After | errors |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: |");
        foreach (var (kind, its) in tally.Kinds)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {kind} | {its.Answered.Total:#,##0} | {its.Answered.Percentile(0.5):0.0} | {its.Answered.Percentile(0.99):0.0} | {its.Refused:#,##0} | {its.Errors:#,##0} |"));
        }
    }

    /// <summary>Prints memory and throughput every minute, and looks at the connections every half second.</summary>
    /// <returns>The largest number of open connections of the host.</returns>
    static async Task<long> WatchAsync(string connectionString, LoadTally tally, Stopwatch watch, CancellationToken stop)
    {
        Console.WriteLine("| minute | working set MB | managed heap MB | answered |");
        Console.WriteLine("| ---: | ---: | ---: | ---: |");
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString)
        {
            Pooling = false,
            ApplicationName = "load"
        }.ConnectionString);
        await connection.OpenAsync(CancellationToken.None);
        await using var count = new NpgsqlCommand("select count(*) from pg_stat_activity where datname = current_database() and application_name = 'twostory'", connection);
        var (most, minute) = (0L, 0);
        for (; !stop.IsCancellationRequested; await Task.Delay(500, CancellationToken.None))
        {
            most = Math.Max(most, (long)(await count.ExecuteScalarAsync(CancellationToken.None))!);
            if (watch.Elapsed.TotalMinutes >= minute) Mark($"{minute++}", tally);
        }
        Mark("end", tally);
        return most;
    }

    static void Mark(string when, LoadTally tally)
    {
        var (set, heap) = (Environment.WorkingSet / 1_048_576, GC.GetTotalMemory(forceFullCollection: false) / 1_048_576);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {when} | {set:#,##0} | {heap:#,##0} | {tally.Answered:#,##0} |"));
    }
}
