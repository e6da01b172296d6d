using TwoStory.Core.Data;

namespace TwoStory.Core.Jobs;

/// <summary>What a job does for one organization. The order, the waiting and the trying again are <see cref="JobSteps"/>'s.</summary>
public interface IJob
{
    /// <summary>One of <see cref="JobKinds"/>.</summary>
    string Kind { get; }

    JobSchedule Schedule { get; }

    /// <summary>Freezes the settings of the run and divides its work into batches.</summary>
    Task<JobPlan> PlanAsync(JobRun run, CancellationToken cancel);

    /// <summary>Asks the provider for one batch and keeps what it says.</summary>
    Task FetchAsync(JobRun run, JobBatch batch, CancellationToken cancel);

    /// <summary>Divides the work of a batch that the provider finds too much; null when it cannot be divided further.</summary>
    IReadOnlyList<string>? Split(string work);

    /// <summary>Keeps what this run's answers teach the next plan; once, in the transaction that ends the asking.</summary>
    Task LearnAsync(JobRun run, Transaction transaction);

    /// <summary>Of the leads in batches that were given up, those that this run did not get to.</summary>
    Task<int> CountLeftOutAsync(JobRun run, CancellationToken cancel);

    /// <summary>The users who own leads with something undecided.</summary>
    Task<IReadOnlyList<Guid>> AgentsToNotifyAsync(JobRun run, CancellationToken cancel);

    /// <summary>Decides what is worth telling one agent, and writes notifications and mail, in the given transaction.</summary>
    Task<BatchReport> NotifyAsync(JobRun run, Guid agentId, Transaction transaction);
}

/// <param name="Settings">The run's settings as JSON, with at least <c>leads</c>, the number of leads looked after.</param>
/// <param name="Work">The work of each batch as JSON.</param>
public sealed record JobPlan(string Settings, IReadOnlyList<string> Work);
