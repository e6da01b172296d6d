using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace TwoStory.Tests.Crash;

/// <summary>The arrival times of all requests to one simulated provider.</summary>
sealed class Arrivals(string path) : IStartupFilter
{
    readonly ConcurrentQueue<long> times = new();

    public int Count => times.Count;

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (HttpContext context, RequestDelegate answer) =>
        {
            if (context.Request.Path.StartsWithSegments(path)) times.Enqueue(Stopwatch.GetTimestamp());
            await answer(context);
        });
        next(app);
    };

    /// <summary>The used share of the limit between the first request and the last.</summary>
    public double Utilisation(int limit, TimeSpan window)
    {
        var sorted = times.Order().ToList();
        return (sorted.Count - 1) / (limit * (Stopwatch.GetElapsedTime(sorted[0], sorted[^1]) / window));
    }
}
