namespace TwoStory.Core.Jobs;

/// <summary>Where a run stands. Waiting: a provider's allowance is used up until a known time. Partial: finished, with parts that failed.</summary>
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
/// <param name="InstanceId">The engine's name for it, such as <c>nearby-sales-2026-11-22-{organization}</c>.</param>
/// <param name="Occurrence">The organization's local date that a scheduled run is for; null for one that somebody asked for.</param>
/// <param name="WaitUntil">UTC; set while it waits.</param>
public sealed record JobRun(
    Guid Id, Guid OrganizationId, string Kind, string InstanceId, DateOnly? Occurrence, JobState State,
    DateTime? WaitUntil, DateTime CreatedAt, DateTime? StartedAt, DateTime? FinishedAt)
{
    public bool IsFinished => State is JobState.Completed or JobState.Partial or JobState.Failed;
}
