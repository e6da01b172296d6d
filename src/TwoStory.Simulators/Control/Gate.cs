using System.Globalization;
using Microsoft.AspNetCore.Http.Extensions;

namespace TwoStory.Simulators.Control;

/// <summary>Stands before every simulated provider: logs the call as it arrives, then delays or spoils it as the faults say.</summary>
sealed class Gate(CallLog log, FaultBox faults, SimulatorOptions options, IHostApplicationLifetime lifetime)
{
    /// <param name="provider">Whose route it is.</param>
    /// <param name="operation">The name it is logged under.</param>
    /// <param name="answer">The provider's own answer.</param>
    /// <param name="rateCounted">Whether the provider counts the call against its rate limit.</param>
    public RequestDelegate Around(
        Provider provider, string operation, Func<HttpContext, Task<Reply>> answer, bool rateCounted = true) => async context =>
    {
        var credential = provider.Credential(context);
        var calls = log.For(provider.Name);
        calls.Arrived(operation, credential, rateCounted);
        try
        {
            // Counted before it is sent: whoever has read an answer finds it counted.
            var ending = await EndAsync(context, provider, credential, answer);
            calls.Answered(credential, ending.Status);
            await ending.Send();
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client gave up while its answer was on the way.
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

    /// <summary>False when the client gave up meanwhile.</summary>
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
