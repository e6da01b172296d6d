using TwoStory.Core.Data;

namespace TwoStory.Api;

static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder api) =>
        api.MapGet("health", Get).WithTags("Health").WithName("Health").WithSummary("Whether the API and its database answer.").AllowAnonymous().DisableRateLimiting();

    // A database that does not answer becomes 503 like everywhere else.
    static async Task<Health> Get(Database database, CancellationToken cancel)
    {
        await database.QueryFirstAsync<int>("select 1", null, cancel);
        return new Health("ok", "ok", typeof(HealthEndpoints).Assembly.GetName().Version?.ToString(3) ?? "");
    }
}

/// <summary>That the API and its database answer.</summary>
sealed record Health(string Status, string Database, string Version);
