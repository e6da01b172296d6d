namespace TwoStory.Tests.Functions.Worker;

/// <summary>App settings that every worker needs.</summary>
static class WorkerSettings
{
    /// <param name="databaseUrl">The database, as the user the app logs in as.</param>
    /// <param name="more">Secrets, providers and the rest.</param>
    public static Dictionary<string, string?> With(string databaseUrl, IEnumerable<KeyValuePair<string, string?>> more) => new(
        [
            .. more,
            new("DATABASE_URL", databaseUrl),
            new("FUNCTIONS_WORKER_RUNTIME", "dotnet-isolated"),
            new("TaskHubName", "TwoStoryTests"),
            // Never by themselves: tests fire timers.
            new("NearbySalesTimer", "0 0 0 1 1 *"),
            new("PropertyValuesTimer", "0 0 0 1 1 *"),
            new("OutboxTimer", "0 0 0 1 1 *"),
            new("HistoryPurgeTimer", "0 0 0 1 1 *"),
            new("HousekeepingTimer", "0 0 0 1 1 *"),
        ]);
}
