using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using TwoStory.Core.Data;
using TwoStory.Core.Upstreams;

namespace TwoStory.Bench;

/// <summary>The share of the allowed rate that two instances with separate pools use under constant demand.</summary>
static class LimitBenchmark
{
    static readonly (string Name, RateLimit Limit, TimeSpan For)[] Providers =
    [
        ("Spark, a fiftieth of its window", new RateLimit(1500 / 50, TimeSpan.FromSeconds(6)), TimeSpan.FromSeconds(30)),
        ("RentCast, a tenth of its window", new RateLimit(10, TimeSpan.FromSeconds(6)), TimeSpan.FromSeconds(60)),
        ("RentCast, published", new RateLimit(20, TimeSpan.FromSeconds(1)), TimeSpan.FromSeconds(20)),
        ("Nominatim", new RateLimit(1, TimeSpan.FromSeconds(1)), TimeSpan.FromSeconds(60)),
    ];

    public static async Task<int> RunAsync()
    {
        await using var bench = new BenchHost();
        var connectionString = await bench.CreateDatabaseAsync();
        Console.WriteLine("| limit | allowed | used | share of the limit | most in any window |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: |");
        foreach (var (name, limit, duration) in Providers)
        {
            await using var first = Database.Open(connectionString);
            await using var second = Database.Open(connectionString);
            var stamps = await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => WorkAsync(worker % 2 == 0 ? first : second, name, limit, duration)));
            Print(name, limit, duration, [.. stamps.SelectMany(stamp => stamp).Order()]);
        }
        return 0;
    }

    static async Task<List<TimeSpan>> WorkAsync(Database database, string key, RateLimit limit, TimeSpan duration)
    {
        var limiter = ActivatorUtilities.CreateInstance<ProviderLimiter>(new ServiceCollection().AddSingleton(TimeProvider.System).BuildServiceProvider(),
            database);
        var start = Stopwatch.GetTimestamp();
        var stamps = new List<TimeSpan>();
        while (Stopwatch.GetElapsedTime(start) < duration)
        {
            var slot = await limiter.ReserveAsync(key, limit, TimeSpan.FromSeconds(5), default);
            await Task.Delay(slot.Granted ? TimeSpan.Zero : TimeSpan.FromMilliseconds(50));
            if (!slot.Granted) continue;
            await slot.WaitAsync(default);
            stamps.Add(TimeSpan.FromTicks(Stopwatch.GetTimestamp() * TimeSpan.TicksPerSecond / Stopwatch.Frequency));
        }
        return stamps;
    }

    static void Print(string name, RateLimit limit, TimeSpan duration, List<TimeSpan> stamps)
    {
        var allowed = limit.Requests * (duration / limit.Window);
        var busiest = 0;
        for (int from = 0, to = 0; to < stamps.Count; to++)
        {
            while (stamps[to] - stamps[from] >= limit.Window) from++;
            busiest = Math.Max(busiest, to - from + 1);
        }
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"| {name}: {limit.Requests} per {limit.Window.TotalSeconds:0.#} s | {allowed:0} | {stamps.Count} | {stamps.Count / allowed:P1} | {busiest} |"));
    }
}
