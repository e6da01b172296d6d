using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace TwoStory.Tests.Upstreams;

/// <summary>A request as a provider saw it.</summary>
public sealed record Seen(string Path, string Query, IReadOnlyDictionary<string, string> Headers, string Body, long Arrived)
{
    public string? Parameter(string name) => Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(Query).TryGetValue(name, out var value) ? value.ToString() : null;
}

/// <summary>A provider on this machine with the responses of a test, which records its requests.</summary>
public sealed class StandIn : IAsyncDisposable
{
    readonly WebApplication app;
    readonly ConcurrentQueue<Seen> seen = new();

    StandIn(Func<Seen, HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.Run(async context =>
        {
            var arrived = Stopwatch.GetTimestamp();
            using var reader = new StreamReader(context.Request.Body);
            var request = new Seen(context.Request.Path, context.Request.QueryString.Value ?? "",
                context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                await reader.ReadToEndAsync(), arrived);
            seen.Enqueue(request);
            await answer(request, context);
        });
    }

    public Uri Url => new(app.Urls.First());

    public IReadOnlyList<Seen> Requests => [.. seen];

    /// <summary>Answers by request number, counted from 1.</summary>
    public static Task<StandIn> StartAsync(Func<int, Seen, (int Status, string Body)> answer)
    {
        var number = 0;
        return StartAsync(async (request, context) =>
        {
            var (status, body) = answer(Interlocked.Increment(ref number), request);
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(body);
        });
    }

    public static async Task<StandIn> StartAsync(Func<Seen, HttpContext, Task> answer)
    {
        var standIn = new StandIn(answer);
        await standIn.app.StartAsync();
        return standIn;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
    }
}
