using System.Globalization;
using Microsoft.AspNetCore.Http.Extensions;

namespace TwoStory.Simulators.Control;

/// <summary>Handles the requests of all simulated providers: logs the call on arrival, then applies delays and faults.</summary>
sealed class ProviderPipeline(CallLog log, FaultStore faults, SimulatorOptions options, IHostApplicationLifetime lifetime)
{
    /// <param name="provider">The provider that the route belongs to.</param>
    /// <param name="operation">The name in the call log.</param>
    /// <param name="answer">Produces the provider's response.</param>
    /// <param name="rateCounted">Whether the provider counts the call against its rate limit.</param>
    public RequestDelegate Handle(
        Provider provider, string operation, Func<HttpContext, Task<Reply>> answer, bool rateCounted = true) => async context =>
    {
        var credential = provider.Credential(context);
        var calls = log.For(provider.Name);
        calls.Arrived(operation, credential, rateCounted);
        try
        {
            // Counted before it is sent, so that a client that has read the response finds it in the log.
            var ending = await EndAsync(context, provider, credential, answer);
            calls.Answered(credential, ending.Status);
            await ending.Send();
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client closed the connection before the response was complete.
        }
    };

    async Task<Ending> EndAsync(HttpContext context, Provider provider, string credential, Func<HttpContext, Task<Reply>> answer)
    {
        var target = Target(context.Request);
        if (!await WaitedAsync(context, options.Latency + faults.Delay(provider.Name, credential, target)))
        {
            return new(null, () => Task.CompletedTask);
        }

        var fault = faults.Ending(provider.Name, credential, target);
        var reply = fault is null || fault.After || fault.Fault == FaultKind.Truncated ? await answer(context) : null;
        return fault?.Fault switch
        {
            null => Sent(context, reply!),
            FaultKind.Stall => await StallAsync(context, fault.Seconds),
            FaultKind.Reset => new(null, () => Broken(context)),
            FaultKind.Truncated => new(reply!.Status, () => reply.SendHalfAsync(context)),
            FaultKind.NotJson => Sent(context, Reply.Html(200, "<html><body><h1>Down for maintenance</h1></body></html>")),
            _ => Sent(context, Failure(provider, fault)),
        };
    }

    /// <summary>False if the client closed the connection during the delay.</summary>
    static async Task<bool> WaitedAsync(HttpContext context, TimeSpan delay)
    {
        if (delay > TimeSpan.Zero)
        {
            await Task.Delay(delay, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return !context.RequestAborted.IsCancellationRequested;
    }

    static Ending Sent(HttpContext context, Reply reply) => new(reply.Status, () => reply.SendAsync(context));

    static Task Broken(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    static Reply Failure(Provider provider, NewFault fault)
    {
        var failure = provider.Failure(fault.Status!.Value, fault.Code);
        return fault.RetryAfterSeconds is { } seconds
            ? failure.With("Retry-After", seconds.ToString(CultureInfo.InvariantCulture))
            : failure;
    }

    async Task<Ending> StallAsync(HttpContext context, double? seconds)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var wait = seconds is { } limit ? TimeSpan.FromSeconds(limit) : Timeout.InfiniteTimeSpan;
        await Task.Delay(wait, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return new(null, () => Broken(context));
    }

    public static string Target(HttpRequest request) => Uri.UnescapeDataString(request.GetEncodedPathAndQuery());

    readonly record struct Ending(int? Status, Func<Task> Send);
}
