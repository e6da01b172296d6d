using TwoStory.Core;
using TwoStory.Core.Data;

namespace TwoStory.Api;

static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder api) =>
        api.MapGet("health", Get).WithTags("Health").WithName("Health").WithSummary("Whether the API and its database answer.").AllowAnonymous().DisableRateLimiting();

    // Platforms that probe give up after a few seconds.
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    static async Task<Health> Get(Database database, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        try
        {
            // A server that stands still does not answer a cancellation either, so that is not waited for.
            await database.QueryFirstAsync<int>("select 1", null, stop.Token).WaitAsync(LongestWait, cancel);
        }
        catch (TimeoutException)
        {
            await stop.CancelAsync();
            throw new UnavailableException("database_unavailable", "The database does not answer. Try again soon.", TimeSpan.FromSeconds(5));
        }
        return new Health("ok", "ok", typeof(HealthEndpoints).Assembly.GetName().Version?.ToString(3) ?? "");
    }
}

/// <summary>That the API and its database answer.</summary>
sealed record Health(string Status, string Database, string Version);
