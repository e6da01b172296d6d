using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;

namespace TwoStory.Api.Http;

/// <summary>Refuses requests beyond the limits of the instance, so that clients retry instead of waiting for a timeout.</summary>
static class LoadShedding
{
    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    public static void Configure(RateLimiterOptions limiter, LoadSheddingOptions options)
    {
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(
            _ => RateLimitPartition.Get("instance", _ => new RequestConcurrencyLimiter(options)));
        limiter.OnRejected = (rejected, _) => new ValueTask(RefuseAsync(rejected.HttpContext));
    }

    // Written directly, because an exception and a log line for each refusal would add load.
    // The meter Microsoft.AspNetCore.RateLimiting counts the refusals.
    static Task RefuseAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = RetryAfter.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        return Problem.Create(context, 503, "overloaded", "The server is busy. Try again after the time in Retry-After.").WriteAsync(context);
    }
}

/// <summary>A concurrency limiter with a maximum waiting time, which the one of the framework lacks.</summary>
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
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(options.MaxQueueTime);
        try
        {
            return await inner.AcquireAsync(permitCount, timeout.Token);
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
