using System.Globalization;
using Microsoft.AspNetCore.Http.Extensions;

namespace TwoStory.Local.Simulators.Control;

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
        var calls = log.Of(provider.Name);
        calls.Arrived(operation, credential, rateCounted);
        int? status = null;
        try
        {
            status = await AnswerAsync(context, provider, credential, answer);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client gave up: there is nobody to answer.
        }
        finally
        {
            calls.Answered(credential, status);
        }
    };

    async Task<int?> AnswerAsync(HttpContext context, Provider provider, string credential, Func<HttpContext, Task<Reply>> answer)
    {
        var target = Target(context.Request);
        var delay = options.Latency + faults.Delay(provider.Name, credential, target);
        if (delay > TimeSpan.Zero)
        {
            await Task.Delay(delay, context.RequestAborted);
        }

        var fault = faults.Ending(provider.Name, credential, target);
        if (fault is null)
        {
            var reply = await answer(context);
            await reply.SendAsync(context);
            return reply.Status;
        }

        var lost = fault.After || fault.Fault == FaultKind.Truncated ? await answer(context) : null;
        return await SpoilAsync(context, provider, fault, lost);
    }

    async Task<int?> SpoilAsync(HttpContext context, Provider provider, NewFault fault, Reply? lost)
    {
        switch (fault.Fault)
        {
            case FaultKind.Stall:
                await StallAsync(context, fault.Seconds);
                return null;
            case FaultKind.Reset:
                context.Abort();
                return null;
            case FaultKind.Truncated:
                await lost!.SendHalfAsync(context);
                return lost.Status;
            case FaultKind.NotJson:
                await Reply.Html(200, "<html><body><h1>Down for maintenance</h1></body></html>").SendAsync(context);
                return 200;
            default:
                var failure = provider.Failure(fault.Status!.Value, fault.Code);
                failure = fault.RetryAfterSeconds is { } seconds
                    ? failure.With("Retry-After", seconds.ToString(CultureInfo.InvariantCulture))
                    : failure;
                await failure.SendAsync(context);
                return failure.Status;
        }
    }

    async Task StallAsync(HttpContext context, double? seconds)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var wait = seconds is { } limit ? TimeSpan.FromSeconds(limit) : Timeout.InfiniteTimeSpan;
        await Task.Delay(wait, end.Token).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        context.Abort();
    }

    public static string Target(HttpRequest request) => Uri.UnescapeDataString(request.GetEncodedPathAndQuery());
}
