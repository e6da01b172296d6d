using System.Collections.Concurrent;
using System.Diagnostics;

namespace TwoStory.Tests.Api;

/// <summary>Which statements each request made the database do, by the driver's own trace: work shows there, and not in how long it took.</summary>
sealed class SqlRecorder : IDisposable
{
    readonly ConcurrentQueue<(string Request, string Sql)> seen = new();
    readonly ActivityListener listener;

    public SqlRecorder()
    {
        listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Npgsql" or "Microsoft.AspNetCore",
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                var sql = (activity.GetTagItem("db.query.text") ?? activity.GetTagItem("db.statement")) as string;
                if (sql is not null) seen.Enqueue((activity.TraceId.ToString(), sql));
            },
        };
        ActivitySource.AddActivityListener(listener);
    }

    public IReadOnlyList<string> For(Answer answer)
    {
        var request = answer.Headers.GetValues("X-Request-Id").Single();
        return [.. seen.Where(entry => entry.Request == request).Select(entry => entry.Sql)];
    }

    public void Dispose() => listener.Dispose();
}
