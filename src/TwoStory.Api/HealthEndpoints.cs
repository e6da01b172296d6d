using TwoStory.Core;
using TwoStory.Core.Data;

namespace TwoStory.Api;

static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder api) =>
        api.MapGet("health", Get).WithTags("Health").WithName("Health").AllowAnonymous().DisableRateLimiting();

    // Health probes of platforms time out after a few seconds.
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    /// <summary>Checks that the API and its database respond.</summary>
    // Without the database the response is 503, as on every route.
    internal static async Task<Health> Get(Database database, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        try
        {
            // A frozen server does not respond to a cancellation either, so the wait itself is bounded.
            await database.QueryFirstAsync<int>("select 1", null, stop.Token).WaitAsync(LongestWait, cancel);
        }
        catch (TimeoutException)
        {
            await stop.CancelAsync();
            throw new UnavailableException("database_unavailable", "The database does not respond. Try again after the time in Retry-After.", TimeSpan.FromSeconds(5));
        }
        return new Health("ok", "ok", typeof(HealthEndpoints).Assembly.GetName().Version?.ToString(3) ?? "");
    }
}

/// <summary>The state of the API and its database.</summary>
sealed record Health(string Status, string Database, string Version);
