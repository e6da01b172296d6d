using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace TwoStory.Core.Jobs;

/// <summary>Counts runs and batches, and records their spans.</summary>
static class JobTelemetry
{
    static readonly Counter<long> Runs = Instrumentation.Meter.CreateCounter<long>("twostory.job.runs", "{run}", "Finished runs, by state.");

    static readonly Histogram<double> RunDuration = Instrumentation.Seconds(
        "twostory.job.run.duration", "From the start of a run to its end, waits included.", 1, 5, 15, 60, 300, 900, 1800, 3600, 7200, 14400, 28800, 86400);

    static readonly Counter<long> Batches = Instrumentation.Meter.CreateCounter<long>(
        "twostory.job.batches", "{batch}", "Executions of batches, by outcome.");

    static readonly Histogram<double> BatchDuration = Instrumentation.Seconds(
        "twostory.job.batch.duration", "The execution of one batch.", 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300);

    /// <summary>A run that has just finished.</summary>
    /// <param name="Kind">One of <see cref="JobKinds"/>.</param>
    /// <param name="State">completed, partial or failed.</param>
    /// <param name="Seconds">From its start to its end.</param>
    public sealed record EndedRun(string Kind, string State, double Seconds);

    /// <param name="run">The run.</param>
    /// <param name="isCanceled">True for a run that an administrator stopped.</param>
    public static void Ended(EndedRun run, bool isCanceled = false)
    {
        TagList tags = new() { { "kind", run.Kind }, { "state", isCanceled ? "canceled" : run.State } };
        Runs.Add(1, tags);
        RunDuration.Record(run.Seconds, tags);
    }

    /// <summary>Starts the span of one operation on a run.</summary>
    public static Activity? Start(string operation, OrganizationRun run)
    {
        var span = Instrumentation.Source.StartActivity($"{run.Kind} {operation}");
        return span?.SetTag("kind", run.Kind).SetTag("run", run.RunId).SetTag("organization", run.OrganizationId);
    }

    /// <param name="run">The run of the batch.</param>
    /// <param name="batch">The executed batch.</param>
    /// <param name="outcome">done, refused, postponed, split, retried, failed or error.</param>
    /// <param name="elapsed">The time that the execution took.</param>
    /// <param name="span">The span of the execution.</param>
    public static void Executed(OrganizationRun run, JobBatch batch, string outcome, TimeSpan elapsed, Activity? span)
    {
        TagList tags = new() { { "kind", run.Kind }, { "phase", WireName.From(batch.Phase) }, { "outcome", outcome } };
        Batches.Add(1, tags);
        BatchDuration.Record(elapsed.TotalSeconds, tags);
        span?.SetTag("batch", batch.Ordinal).SetTag("outcome", outcome);
        if (outcome is "error" or "failed") span?.SetStatus(ActivityStatusCode.Error);
    }
}

/// <summary>Names the run in every log line that is written while it is executed. Engines open the scope.</summary>
public static class RunLogScope
{
    public static IDisposable? BeginRun(this ILogger logger, OrganizationRun run) => logger.BeginScope(new Dictionary<string, object>
    {
        ["Kind"] = run.Kind,
        ["Run"] = run.RunId,
        ["Organization"] = run.OrganizationId,
    });
}
