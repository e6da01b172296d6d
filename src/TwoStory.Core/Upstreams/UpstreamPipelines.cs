using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Registry;
using Polly.Retry;

namespace TwoStory.Core.Upstreams;

/// <summary>Retry and circuit breaker, one of each per provider and credential: one customer's trouble must not stop another.</summary>
sealed class UpstreamPipelines(UpstreamOptions options, TimeProvider time, ILogger log) : IDisposable
{
    readonly ResiliencePipelineRegistry<string> registry = new();

    public ResiliencePipeline For(UpstreamCall call) => registry.GetOrAddPipeline(call.LimitKey, builder =>
    {
        builder.TimeProvider = time;
        builder.AddRetry(Retry(call.Provider)).AddCircuitBreaker(Breaker());
    });

    public void Dispose() => registry.Dispose();

    RetryStrategyOptions Retry(string provider) => new()
    {
        ShouldHandle = outcome => ValueTask.FromResult(outcome.Outcome.Exception is UpstreamException { IsTransient: true }),
        MaxRetryAttempts = options.Attempts - 1,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = options.FirstRetryDelay,
        MaxDelay = options.LongestSleep,
        DelayGenerator = retry => ValueTask.FromResult(
            retry.Outcome.Exception is UpstreamException { RetryAfter: { } wait } && wait > TimeSpan.Zero ? wait : (TimeSpan?)null),
        OnRetry = retry =>
        {
            log.LogInformation("{Provider} failed with {Code}; attempt {Attempt} follows", provider,
                (retry.Outcome.Exception as UpstreamException)?.Code, retry.AttemptNumber + 2);
            return ValueTask.CompletedTask;
        },
    };

    CircuitBreakerStrategyOptions Breaker() => new()
    {
        ShouldHandle = outcome => ValueTask.FromResult(
            outcome.Outcome.Exception is UpstreamException { Kind: UpstreamFailure.Unavailable or UpstreamFailure.BadAnswer }),
        FailureRatio = 0.8,
        MinimumThroughput = options.BreakAfter,
        SamplingDuration = options.BreakSampling,
        BreakDuration = options.BreakDuration,
    };
}
