using System.Text.Json;
using Microsoft.Extensions.Logging;
using Polly.CircuitBreaker;

namespace TwoStory.Core.Upstreams;

/// <summary>
/// The one door to every provider. Each attempt waits for its slot in the shared budget and is counted before it is sent;
/// what is worth retrying is retried; a provider that keeps failing is left alone for a while.
/// A wait longer than <see cref="UpstreamOptions.LongestSleep"/> is not slept but thrown, as <see cref="UpstreamException.RetryAt"/>.
/// </summary>
public sealed class UpstreamClient : IDisposable
{
    readonly ProviderLimiter limiter;
    readonly UsageLedger ledger;
    readonly UpstreamOptions options;
    readonly TimeProvider time;
    readonly ILogger<UpstreamClient> log;
    readonly UpstreamTransport transport;
    readonly UpstreamPipelines pipelines;

    public UpstreamClient(
        IHttpClientFactory clients, ProviderLimiter limiter, UsageLedger ledger, UpstreamOptions options, TimeProvider time, ILogger<UpstreamClient> log)
    {
        (this.limiter, this.ledger, this.options, this.time, this.log) = (limiter, ledger, options, time, log);
        transport = new UpstreamTransport(clients, time);
        pipelines = new UpstreamPipelines(options, time, log);
    }

    /// <summary>Makes the call, as often as it takes.</summary>
    /// <param name="request">Makes the message anew for each attempt.</param>
    /// <param name="read">Turns the answer into what is wanted. A <see cref="JsonException"/> means that the body is damaged, an <see cref="UpstreamException"/> what the provider said.</param>
    /// <exception cref="UpstreamException">It did not work out.</exception>
    public async Task<T> SendAsync<T>(UpstreamCall call, Func<HttpRequestMessage> request, Func<UpstreamAnswer, T> read, CancellationToken cancel)
    {
        try
        {
            return await pipelines.For(call).ExecuteAsync(async stop => await AttemptAsync(call, request, read, stop), cancel);
        }
        catch (BrokenCircuitException broken)
        {
            throw new UpstreamException(UpstreamFailure.Unavailable, call.Provider, $"{call.Provider}_circuit_open",
                $"{call.Provider} kept failing and is left alone for a while.", At(broken.RetryAfter ?? options.BreakDuration));
        }
    }

    async Task<T> AttemptAsync<T>(UpstreamCall call, Func<HttpRequestMessage> request, Func<UpstreamAnswer, T> read, CancellationToken cancel)
    {
        var admission = new Permit(limiter, ledger, call, options.LongestSleep, time);
        var answered = false;
        try
        {
            await admission.PrepareAsync(cancel);
            var value = Read(call, await transport.FetchAsync(call, request, admission, cancel), read);
            answered = true;
            return value;
        }
        catch (UpstreamException failure)
        {
            answered = failure.Kind == UpstreamFailure.NotFound;
            throw await JudgeAsync(call, failure);
        }
        finally
        {
            if (admission.Counted is { } counted) await SettleAsync(call, counted, answered);
        }
    }

    public void Dispose() => pipelines.Dispose();

    static T Read<T>(UpstreamCall call, UpstreamAnswer answer, Func<UpstreamAnswer, T> read)
    {
        try
        {
            return read(answer);
        }
        catch (JsonException damaged)
        {
            throw new UpstreamException(UpstreamFailure.BadAnswer, call.Provider, $"{call.Provider}_not_json",
                $"{call.Provider} answered something other than the JSON it documents.", cause: damaged)
            { IsTransient = true };
        }
    }

    // Decides whether this failure is retried here or handed back with the time to come again.
    async Task<UpstreamException> JudgeAsync(UpstreamCall call, UpstreamException failure)
    {
        if (failure.RetryAt is not null) return failure;
        if (failure.Kind == UpstreamFailure.LimitReachedException)
        {
            var wait = failure.RetryAfter ?? call.BackOff;
            await limiter.DelayAsync(call.LimitKey, call.Limit, wait, CancellationToken.None);
            return failure.Again(wait <= options.LongestSleep, At(wait));
        }
        if (!failure.IsTransient) return failure;
        var soon = failure.RetryAfter is not { } asked || asked <= options.LongestSleep;
        return failure.Again(soon && (call.SafeToRepeat || failure.IsUntouched), At(soon ? options.ComeBackAfter : failure.RetryAfter!.Value));
    }

    async Task SettleAsync(UpstreamCall call, CountedCall counted, bool answered)
    {
        try
        {
            await ledger.SettleAsync(counted, answered, answered ? call.Cost : 0, CancellationToken.None);
            if (call.Counting is { } also) await also(CancellationToken.None);
        }
        catch (System.Data.Common.DbException failure)
        {
            // The call happened and stays counted; hiding its outcome behind this would make it happen again.
            log.LogWarning(failure, "A call to {Provider} ({Operation}) stays unsettled in the usage ledger", call.Provider, call.Operation);
        }
    }

    DateTime At(TimeSpan wait) => time.GetUtcNow().UtcDateTime + wait;
}
