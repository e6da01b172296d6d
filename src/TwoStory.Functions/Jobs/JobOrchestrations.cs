using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using TwoStory.Core.Jobs;

namespace TwoStory.Functions.Jobs;

/// <summary>Carries jobs through Durable Functions. No services, no clock, no decision here: orchestrators are replayed.</summary>
public static class JobOrchestrations
{
    static readonly TaskOptions Retries = TaskOptions.FromRetryPolicy(new RetryPolicy(4, TimeSpan.FromSeconds(5), backoffCoefficient: 3));

    /// <summary>One hour's run of a job: a page of organizations in a window that slides, then anew with the next page, so that history does not grow with the number of brokerages.</summary>
    [Function(nameof(RunJob))]
    public static async Task<RunTotals> RunJob([OrchestrationTrigger] TaskOrchestrationContext context, RunProgress progress)
    {
        RunTotals totals = progress.Totals;
        DuePage page = await context.CallActivityAsync<DuePage>(nameof(JobActivities.StartDue), new DueQuestion(progress.Kind, progress.After), Retries);
        var carried = new List<Task<(Guid Organization, OrganizationEnd End)>>();
        foreach (OrganizationRun run in page.Runs)
        {
            if (carried.Count >= progress.Pace.OrganizationsAtOnce) await NextEndAsync();
            carried.Add(CarryAsync(context, run, progress.Pace));
        }
        while (carried.Count > 0) await NextEndAsync();

        context.SetCustomStatus(totals);
        if (page.After is { } last) context.ContinueAsNew(progress with { After = last, Totals = totals });
        else LogEnd(context, progress.Kind, totals);
        return totals;

        async Task NextEndAsync()
        {
            Task<(Guid Organization, OrganizationEnd End)> ended = await Task.WhenAny(carried);
            carried.Remove(ended);
            var (organization, end) = await ended;
            totals = totals.Plus(organization, end);
            context.SetCustomStatus(totals);
        }
    }

    /// <summary>One organization's run, step by step, until Core says that it is finished.</summary>
    [Function(nameof(RunOrganization))]
    public static async Task<OrganizationEnd> RunOrganization([OrchestrationTrigger] TaskOrchestrationContext context, OrganizationProgress progress)
    {
        OrganizationRun run = progress.Run;
        int batches = progress.Batches;
        if (!progress.IsClaimed && !await context.CallActivityAsync<bool>(nameof(JobActivities.ClaimRun), new Claim(run, context.InstanceId), Retries))
        {
            return OrganizationEnd.CarriedElsewhere;
        }
        for (var steps = 0; steps < progress.Pace.StepsPerHistory; steps++)
        {
            NextStep step = await context.CallActivityAsync<NextStep>(nameof(JobActivities.NextStep), run, Retries);
            context.SetCustomStatus(new { run.OrganizationId, run.RunId, Batches = batches, step.WaitUntil });
            if (step.IsFinished) return OrganizationEnd.Finished;
            if (step.WaitUntil is { } until)
            {
                if (until - context.CurrentUtcDateTime > progress.Pace.LongestTimer) return OrganizationEnd.Waiting;
                await context.CreateTimer(until, CancellationToken.None);
                continue;
            }
            await Task.WhenAll(step.Batches.Select(ordinal => RunBatchAsync(context, new Batch(run, ordinal))));
            batches += step.Batches.Count;
        }
        context.ContinueAsNew(progress with { IsClaimed = true, Batches = batches });
        return OrganizationEnd.Waiting;
    }

    // The alert for a late night looks for this line.
    static void LogEnd(TaskOrchestrationContext context, string kind, RunTotals totals) => context.CreateReplaySafeLogger(nameof(RunJob)).LogInformation(
        "Job hour {JobHour} of {Kind} ended: {Organizations} organizations, {Finished} finished, {Waiting} waiting, {Failed} failed",
        context.InstanceId, kind, totals.Organizations, totals.Finished, totals.Waiting, totals.Failed);

    // One organization's failure is counted and never stops the others; the next hour's run takes it up again.
    static async Task<(Guid Organization, OrganizationEnd End)> CarryAsync(TaskOrchestrationContext context, OrganizationRun run, Pace pace)
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

    // What providers do wrong Core has sorted by then. What still throws after every retry is given up by itself, so that it cannot
    // hold up the run; a database that is away is not the batch's fault, and ends this attempt instead.
    static async Task RunBatchAsync(TaskOrchestrationContext context, Batch batch)
    {
        try
        {
            await context.CallActivityAsync(nameof(JobActivities.RunBatch), batch, Retries);
        }
        catch (TaskFailedException failure) when (!failure.FailureDetails.IsCausedBy<DatabaseAwayException>())
        {
            await context.CallActivityAsync(nameof(JobActivities.AbandonBatch), batch, Retries);
        }
    }
}
