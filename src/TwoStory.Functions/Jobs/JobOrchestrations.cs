using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using TwoStory.Core.Jobs;

namespace TwoStory.Functions.Jobs;

/// <summary>Executes jobs with Durable Functions. Orchestrators are replayed, so this code uses no services and no clock and makes no decisions.</summary>
public static class JobOrchestrations
{
    /// <summary>
    /// Executes a job for one hour: a page of organizations in a sliding window, then ContinueAsNew with the next page, which bounds the history.
    /// </summary>
    [Function(nameof(RunJob))]
    public static async Task<RunTotals> RunJob([OrchestrationTrigger] TaskOrchestrationContext context, RunProgress progress)
    {
        RunTotals totals = progress.Totals;
        var request = new DuePageRequest(progress.Kind, progress.After);
        DuePage page = await context.CallActivityAsync<DuePage>(nameof(JobActivities.StartDue), request, Retries(progress.Pace));
        var running = new List<Task<(Guid Organization, OrganizationEnd End)>>();
        foreach (OrganizationRun run in page.Runs)
        {
            if (running.Count >= progress.Pace.OrganizationsAtOnce) await NextEndAsync();
            running.Add(RunOrganizationAsync(context, run, progress.Pace));
        }
        while (running.Count > 0) await NextEndAsync();

        context.SetCustomStatus(totals);
        if (page.After is { } last) context.ContinueAsNew(progress with { After = last, Totals = totals });
        else LogEnd(context, progress.Kind, totals);
        return totals;

        async Task NextEndAsync()
        {
            Task<(Guid Organization, OrganizationEnd End)> ended = await Task.WhenAny(running);
            running.Remove(ended);
            var (organization, end) = await ended;
            totals = totals.Plus(organization, end);
            context.SetCustomStatus(totals);
        }
    }

    /// <summary>Executes the run of one organization step by step until Core reports that it is finished.</summary>
    [Function(nameof(RunOrganization))]
    public static async Task<OrganizationEnd> RunOrganization([OrchestrationTrigger] TaskOrchestrationContext context, OrganizationProgress progress)
    {
        OrganizationRun run = progress.Run;
        TaskOptions retries = Retries(progress.Pace);
        int batches = progress.Batches;
        if (!progress.IsClaimed && !await context.CallActivityAsync<bool>(nameof(JobActivities.ClaimRun), new Claim(run, context.InstanceId), retries))
        {
            return OrganizationEnd.CarriedElsewhere;
        }
        for (var steps = 0; steps < progress.Pace.StepsPerHistory; steps++)
        {
            Step step = await context.CallActivityAsync<Step>(nameof(JobActivities.NextStep), run, retries);
            context.SetCustomStatus(new { run.OrganizationId, run.RunId, Batches = batches, step.WaitUntil });
            if (step.IsFinished) return step.End;
            if (step.WaitUntil is { } until)
            {
                if (until - context.CurrentUtcDateTime > progress.Pace.LongestTimer) return OrganizationEnd.Waiting;
                await context.CreateTimer(until, CancellationToken.None);
                continue;
            }
            await RunBatchesAsync(context, run, step.Batches, progress.Pace);
            batches += step.Batches.Count;
        }
        context.ContinueAsNew(progress with { IsClaimed = true, Batches = batches });
        return OrganizationEnd.Waiting;
    }

    // The alert for late runs searches for this message.
    static void LogEnd(TaskOrchestrationContext context, string kind, RunTotals totals) => context.CreateReplaySafeLogger(nameof(RunJob)).LogInformation(
        "Job hour {JobHour} of {Kind} ended: {Organizations} organizations, {Finished} finished, {Waiting} waiting, {Failed} failed, {Unsuccessful} unsuccessful",
        context.InstanceId, kind, totals.Organizations, totals.Finished, totals.Waiting, totals.Failed, totals.Unsuccessful);

    // A failed organization is counted and does not stop the others; the next hour continues its run.
    static async Task<(Guid Organization, OrganizationEnd End)> RunOrganizationAsync(TaskOrchestrationContext context, OrganizationRun run, Pace pace)
    {
        try
        {
            var progress = new OrganizationProgress(run, pace, IsClaimed: false, Batches: 0);
            var options = new SubOrchestrationOptions(instanceId: $"{context.InstanceId}-{run.OrganizationId:N}");
            return (run.OrganizationId, await context.CallSubOrchestratorAsync<OrganizationEnd>(nameof(RunOrganization), progress, options));
        }
        catch (TaskFailedException failure)
        {
            context.CreateReplaySafeLogger(nameof(RunJob)).LogError(
                "{Kind} run {Run} of organization {Organization} failed: {Error}", run.Kind, run.RunId, run.OrganizationId, failure.FailureDetails.ErrorMessage);
            return (run.OrganizationId, OrganizationEnd.Failed);
        }
    }

    static async Task RunBatchesAsync(TaskOrchestrationContext context, OrganizationRun run, IReadOnlyList<int> ordinals, Pace pace)
    {
        var running = new List<Task>();
        foreach (int ordinal in ordinals)
        {
            if (running.Count >= pace.BatchesAtOnce)
            {
                Task ended = await Task.WhenAny(running);
                running.Remove(ended);
                await ended;
            }
            running.Add(RunBatchAsync(context, new Batch(run, ordinal), Retries(pace)));
        }
        await Task.WhenAll(running);
    }

    // Core handles the failures of providers. A batch that still throws after all retries is abandoned, so that it does not block the
    // run. An unavailable database is not a failure of the batch, and ends this attempt of the run instead.
    static async Task RunBatchAsync(TaskOrchestrationContext context, Batch batch, TaskOptions retries)
    {
        try
        {
            await context.CallActivityAsync(nameof(JobActivities.RunBatch), batch, retries);
        }
        catch (TaskFailedException failure) when (!failure.FailureDetails.IsCausedBy<DatabaseAwayException>())
        {
            await context.CallActivityAsync(nameof(JobActivities.AbandonBatch), batch, retries);
        }
    }

    static TaskOptions Retries(Pace pace) => TaskOptions.FromRetryPolicy(new RetryPolicy(4, pace.RetryDelay, backoffCoefficient: 3));
}
