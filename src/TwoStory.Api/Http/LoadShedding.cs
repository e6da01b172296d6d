using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;

namespace TwoStory.Api.Http;

/// <summary>Refuses what an instance cannot carry soon: who is told to come back is served sooner than who waits for a time-out.</summary>
static class LoadShedding
{
    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    public static void Configure(RateLimiterOptions limiter, LoadSheddingOptions options)
    {
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(_ => RateLimitPartition.Get("instance", _ => new RequestConcurrencyLimiter(options)));
        limiter.OnRejected = (rejected, _) => new ValueTask(RefuseAsync(rejected.HttpContext));
    }

    // Written rather than thrown: under overload an exception and a log line for each refusal would be a load of their own.
    // The framework's meter Microsoft.AspNetCore.RateLimiting counts them.
    static Task RefuseAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = RetryAfter.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        return Problem.Create(context, StatusCodes.Status503ServiceUnavailable, "overloaded", "More is asked now than can be answered soon. Try again after the time in Retry-After.").WriteAsync(context);
    }
}

/// <summary>A concurrency limiter in whose queue nobody waits longer than a set time: the framework's own has no such bound.</summary>
sealed class RequestConcurrencyLimiter(LoadSheddingOptions options) : RateLimiter
{
    readonly ConcurrencyLimiter inner = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = options.MaxConcurrentRequests,
        QueueLimit = options.MaxQueuedRequests,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    public override TimeSpan? IdleDuration => inner.IdleDuration;

    public override RateLimiterStatistics? GetStatistics() => inner.GetStatistics();

    protected override RateLimitLease AttemptAcquireCore(int permitCount) => inner.AttemptAcquire(permitCount);

    protected override async ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(options.MaxQueueTime);
        try
        {
            return await inner.AcquireAsync(permitCount, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Refusal();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    sealed class Refusal : RateLimitLease
    {
        public override bool IsAcquired => false;

        public override IEnumerable<string> MetadataNames => [];

        public override bool TryGetMetadata(string metadataName, out object? metadata)
        {
            metadata = null;
            return false;
        }
    }
}
