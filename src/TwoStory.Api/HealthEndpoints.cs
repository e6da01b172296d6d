using TwoStory.Core.Data;

namespace TwoStory.Api;

static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder api) =>
        api.MapGet("health", Get).WithTags("Health").WithName("Health").AllowAnonymous().DisableRateLimiting();

    /// <summary>Checks that the API and its database respond.</summary>
    // Without the database the response is 503, as on every route.
    internal static async Task<Health> Get(Database database, CancellationToken cancel)
    {
        await database.QueryFirstAsync<int>("select 1", null, cancel);
        return new Health("ok", "ok", typeof(HealthEndpoints).Assembly.GetName().Version?.ToString(3) ?? "");
    }
}

/// <summary>The state of the API and its database.</summary>
sealed record Health(string Status, string Database, string Version);
