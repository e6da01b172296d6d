namespace TwoStory.Core.Jobs;

/// <summary>Executes runs: the in-process runner or Durable Functions. All decisions are in <see cref="JobSteps"/>.</summary>
public interface IJobEngine
{
    /// <summary>Starts a run for one organization, or finds the live one.</summary>
    /// <returns>The new or live run.</returns>
    Task<JobRun> StartAsync(string kind, Guid organizationId, CancellationToken cancel);
}

/// <summary>The state of a run. Waiting: a provider's limit is reached until a known time. Partial: finished, and some parts failed.</summary>
public enum JobState
{
    Pending,
    Running,
    Waiting,
    Completed,
    Partial,
    Failed,
}

/// <summary>One run of one job for one organization.</summary>
/// <param name="InstanceId">The engine's name of the run, such as <c>nearby-sales-2026-11-22-{organization}</c>.</param>
/// <param name="Occurrence">The organization's local date of a scheduled run; null for a run started on request.</param>
/// <param name="WaitUntil">UTC; null unless the run is waiting.</param>
public sealed record JobRun(
    Guid Id, Guid OrganizationId, string Kind, string InstanceId, DateOnly? Occurrence, JobState State,
    DateTime? WaitUntil, DateTime CreatedAt, DateTime? StartedAt, DateTime? FinishedAt)
{
    public bool IsFinished => State is JobState.Completed or JobState.Partial or JobState.Failed;
}

// The types that an engine serializes: small, named, and without behavior.

/// <summary>Identifies one organization's run.</summary>
public sealed record OrganizationRun(Guid RunId, Guid OrganizationId, string Kind);

/// <summary>The next step of a run: execute batches, wait, or end.</summary>
/// <param name="Batches">Ordinals of batches that may run in parallel.</param>
/// <param name="WaitUntil">UTC; the time to request the next step. The run is finished when it is null and there are no batches.</param>
public sealed record NextStep(IReadOnlyList<int> Batches, DateTime? WaitUntil)
{
    public static NextStep Finished { get; } = new([], null);

    public bool IsFinished => Batches.Count == 0 && WaitUntil is null;
}

/// <summary>A page of organizations that are due for a job.</summary>
/// <param name="Runs">The started runs.</param>
/// <param name="After">The start of the next page; null after the last page.</param>
public sealed record DuePage(IReadOnlyList<OrganizationRun> Runs, Guid? After);
