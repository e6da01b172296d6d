using System.Collections.Concurrent;
using System.Diagnostics;

namespace TwoStory.Bench.Http;

/// <summary>The commands of organizations that Npgsql traces meanwhile; background work belongs to no organization.</summary>
static class StatementLog
{
    public static async Task<IReadOnlyList<string>> ForAsync(Func<Task> work)
    {
        var statements = new ConcurrentQueue<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if ((activity.GetTagItem("db.query.text") ?? activity.GetTagItem("db.statement")) is string sql
                    && sql.Contains("app.organization_id", StringComparison.Ordinal))
                {
                    statements.Enqueue(sql);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        await work();
        return [.. statements];
    }
}
