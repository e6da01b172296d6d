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
