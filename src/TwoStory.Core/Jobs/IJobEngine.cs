namespace TwoStory.Core.Jobs;

/// <summary>What carries runs: the in-process runner, or Durable Functions. It decides nothing.</summary>
public interface IJobEngine
{
    /// <summary>Starts a run for one organization, or finds the one that is live.</summary>
    /// <returns>The run, new or live.</returns>
    Task<JobRun> StartAsync(string kind, Guid organizationId, CancellationToken cancel);
}
