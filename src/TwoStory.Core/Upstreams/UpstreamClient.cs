using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace TwoStory.Core.Upstreams;

/// <summary>
/// Sends a provider's requests. Its <see cref="HttpClient"/> retries and breaks the circuit, then records
/// the attempt (<see cref="TelemetryHandler"/>), then waits for a slot of the shared rate limit
/// (<see cref="RateLimitHandler"/>), then counts the attempt (<see cref="UsageHandler"/>), then sends it (<see cref="TransportHandler"/>).
/// A wait longer than <see cref="UpstreamOptions.LongestSleep"/> is thrown as <see cref="UpstreamException.RetryAt"/> instead of slept.
/// </summary>
public sealed class UpstreamClient(HttpClient http, UpstreamOptions options, TimeProvider time)
{
    /// <summary>Sends the request, with retries.</summary>
    /// <param name="request">Disposed at the end.</param>
    /// <param name="read">Reads the answer of an attempt. Throws a <see cref="System.Text.Json.JsonException"/> for a damaged body, an
    /// <see cref="UpstreamException"/> for a failure that the provider reports.</param>
    /// <exception cref="UpstreamException">No attempt succeeded, or none could be sent.</exception>
    public async Task<T> SendAsync<T>(UpstreamCall call, HttpRequestMessage request, Func<UpstreamAnswer, T> read, CancellationToken cancel)
    {
        using var message = request;
        T value = default!;
        new UpstreamRequest(call, new DeferredContent(request.Content), answer => value = read(answer)).AttachTo(request);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            return value;
        }
        catch (BrokenCircuitException broken)
        {
            throw new UpstreamException(UpstreamFailure.Unavailable, call.Provider, $"{call.Provider}_circuit_open",
                $"{call.Provider} keeps failing; requests to it are paused.", At(broken.RetryAfter ?? options.BreakDuration));
        }
        catch (UpstreamException failure) when (failure is { IsTransient: true, RetryAt: null })
        {
            var wait = failure.Kind == UpstreamFailure.LimitReached || failure.RetryAfter > options.LongestSleep ? failure.RetryAfter : null;
            throw failure.Until(At(wait ?? options.ComeBackAfter));
        }
    }

    DateTime At(TimeSpan wait) => time.GetUtcNow().UtcDateTime + wait;
}

/// <summary>Registers the HTTP pipeline of a provider.</summary>
static class UpstreamPipeline
{
    /// <summary>Adds the <see cref="UpstreamClient"/> of a provider, keyed by the provider's name.</summary>
    public static IServiceCollection AddUpstreamClient(this IServiceCollection services, string provider)
    {
        var http = services.AddHttpClient(provider, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(NewSocket)
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            // Addresses and headers hold secrets and personal data.
            .RemoveAllLoggers();
        // One retry and one circuit breaker per credential: a failing credential of one organization does not stop another.
        http.AddResilienceHandler(provider, (pipeline, context) => Configure(pipeline, context.ServiceProvider, provider))
            // The library also calls this with an empty request when it creates the handler.
            .SelectPipelineBy(_ => request => UpstreamRequest.Find(request)?.Call.LimitKey ?? provider);
        http.AddHttpMessageHandler<TelemetryHandler>().AddHttpMessageHandler<RateLimitHandler>().AddHttpMessageHandler<UsageHandler>()
            .AddHttpMessageHandler<TransportHandler>();
        return services.AddKeyedSingleton(provider, (all, _) =>
            ActivatorUtilities.CreateInstance<UpstreamClient>(all, all.GetRequiredService<IHttpClientFactory>().CreateClient(provider)));
    }

    // Without redirects, which would carry credentials to another address.
    static SocketsHttpHandler NewSocket() => new()
    {
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ConnectTimeout = TimeSpan.FromSeconds(10),
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.All,
    };

    static void Configure(ResiliencePipelineBuilder<HttpResponseMessage> pipeline, IServiceProvider services, string provider)
    {
        var options = services.GetRequiredService<UpstreamOptions>();
        pipeline.TimeProvider = services.GetRequiredService<TimeProvider>();
        pipeline.AddRetry(Retry(provider, options, services.GetRequiredService<ILogger<UpstreamClient>>())).AddCircuitBreaker(Breaker(options));
    }

    static RetryStrategyOptions<HttpResponseMessage> Retry(string provider, UpstreamOptions options, ILogger log) => new()
    {
        ShouldHandle = attempt => ValueTask.FromResult(attempt.Outcome.Exception is UpstreamException { IsTransient: true, RetryAt: null } failure
            && (failure.RetryAfter is not { } wait || wait <= options.LongestSleep)
            && (failure.IsUntouched || UpstreamRequest.From(attempt.Context.GetRequestMessage()!).Call.SafeToRepeat)),
        MaxRetryAttempts = options.Attempts - 1,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = options.FirstRetryDelay,
        MaxDelay = options.LongestSleep,
        DelayGenerator = attempt => ValueTask.FromResult(
            attempt.Outcome.Exception is UpstreamException { RetryAfter: { } wait } && wait > TimeSpan.Zero ? wait : (TimeSpan?)null),
        OnRetry = attempt =>
        {
            log.LogInformation("{Provider} failed with {Code}; attempt {Attempt} follows", provider,
                (attempt.Outcome.Exception as UpstreamException)?.Code, attempt.AttemptNumber + 2);
            return ValueTask.CompletedTask;
        },
    };

    static CircuitBreakerStrategyOptions<HttpResponseMessage> Breaker(UpstreamOptions options) => new()
    {
        ShouldHandle = attempt => ValueTask.FromResult(
            attempt.Outcome.Exception is UpstreamException { Kind: UpstreamFailure.Unavailable or UpstreamFailure.BadAnswer }),
        FailureRatio = 0.8,
        MinimumThroughput = options.BreakAfter,
        SamplingDuration = options.BreakSampling,
        BreakDuration = options.BreakDuration,
    };
}
