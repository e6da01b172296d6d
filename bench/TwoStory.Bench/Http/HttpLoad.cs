using System.Collections.Concurrent;
using System.Diagnostics;

namespace TwoStory.Bench.Http;

/// <param name="Latencies">Of the answered requests, milliseconds, ascending.</param>
sealed record Measured(IReadOnlyList<double> Latencies, int Failed, double Seconds)
{
    public double PerSecond => Latencies.Count / Seconds;

    /// <param name="share">0 to 1.</param>
    public double Percentile(double share) => Latencies[(int)Math.Min(Latencies.Count - 1, share * Latencies.Count)];
}

/// <summary>Sends requests over a fixed number of connections, each as soon as the previous response is complete.</summary>
sealed class HttpLoad(Uri root, int connections) : IDisposable
{
    readonly HttpClient http = new(new SocketsHttpHandler { MaxConnectionsPerServer = connections }) { BaseAddress = root };

    public Task<Measured> RunAsync(IReadOnlyList<(Viewer Viewer, string Path)> choices, TimeSpan duration) =>
        RunAsync(choices, duration, long.MaxValue, connections);

    public Task<Measured> RunAsync(IReadOnlyList<(Viewer Viewer, string Path)> choices, long requests) =>
        RunAsync(choices, TimeSpan.FromMinutes(1), requests, 1);

    async Task<Measured> RunAsync(IReadOnlyList<(Viewer Viewer, string Path)> choices, TimeSpan duration, long requests, int workers)
    {
        var latencies = new ConcurrentBag<List<double>>();
        var (failed, left) = (0, requests);
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(async () =>
        {
            var (random, own) = (new Random(worker), new List<double>());
            latencies.Add(own);
            while (Stopwatch.GetElapsedTime(start) < duration && Interlocked.Decrement(ref left) >= 0)
            {
                var started = Stopwatch.GetTimestamp();
                if (await FetchAsync(choices[random.Next(choices.Count)])) own.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                else Interlocked.Increment(ref failed);
            }
        })));
        return new Measured([.. latencies.SelectMany(own => own).Order()], failed, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    public void Dispose() => http.Dispose();

    async Task<bool> FetchAsync((Viewer Viewer, string Path) choice)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, choice.Path);
        request.Headers.Authorization = new("Bearer", choice.Viewer.AccessToken);
        using var answer = await http.SendAsync(request);
        await answer.Content.ReadAsByteArrayAsync();
        return answer.IsSuccessStatusCode;
    }
}
