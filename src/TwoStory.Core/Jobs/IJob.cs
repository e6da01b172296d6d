using TwoStory.Core.Data;

namespace TwoStory.Core.Jobs;

/// <summary>The names of the jobs in URLs and in the database.</summary>
public static class JobKinds
{
    public const string NearbySales = "nearby-sales";
    public const string PropertyValues = "property-values";

    public static IReadOnlyList<string> All { get; } = [NearbySales, PropertyValues];
}

/// <summary>The phases of a run in their order. The database stores the numbers.</summary>
public enum JobPhase
{
    Plan = 0,
    Fetch = 1,
    Notify = 2,
}

/// <summary>The work of a job for one organization. <see cref="JobSteps"/> adds the order, the waits and the retries.</summary>
public interface IJob
{
    /// <summary>One of <see cref="JobKinds"/>.</summary>
    string Kind { get; }

    JobSchedule Schedule { get; }

    /// <summary>When the job catches up on what an incomplete run left; null when the next scheduled run does.</summary>
    JobSchedule? CatchUp => null;

    /// <summary>The number of attempts at a batch while the provider is away, 1 or more; null for the setting of all jobs.</summary>
    int? MaxAttempts => null;

    /// <summary>Freezes the settings of the run and divides its work into batches.</summary>
    Task<JobPlan> PlanAsync(JobRun run, CancellationToken cancel);

    /// <summary>Fetches one batch from the provider and stores the results.</summary>
    Task FetchAsync(JobRun run, JobBatch batch, CancellationToken cancel);

    /// <summary>Divides the work of a batch that is too complex for the provider; null when it cannot be divided further.</summary>
    IReadOnlyList<string>? Split(string work);

    /// <summary>Stores what the next plan learns from this run; called once, in the transaction that ends fetching.</summary>
    Task LearnAsync(JobRun run, Transaction transaction);

    /// <summary>Counts the leads of failed batches that this run did not reach.</summary>
    Task<int> CountLeftOutAsync(JobRun run, CancellationToken cancel);

    /// <summary>Lists the owners of leads with pending sales or valuations.</summary>
    Task<IReadOnlyList<Guid>> AgentsToNotifyAsync(JobRun run, CancellationToken cancel);

    /// <summary>Decides on everything pending for one agent, and writes notifications and the e-mail, in the given transaction.</summary>
    Task<BatchReport> NotifyAsync(JobRun run, Guid agentId, Transaction transaction);
}

/// <param name="Settings">The settings of the run as JSON, with at least <c>leads</c>, the number of leads in the run.</param>
/// <param name="Work">The work of each batch as JSON.</param>
public sealed record JobPlan(string Settings, IReadOnlyList<string> Work);

/// <summary>A part of a run. It may be executed more than once; its results count once.</summary>
/// <param name="Work">The batch's work in the job's own format: JSON.</param>
/// <param name="Attempts">The number of transient failures so far.</param>
public sealed record JobBatch(Guid RunId, int Ordinal, JobPhase Phase, string Work, int Attempts);

/// <summary>The results of a batch, stored in the transaction that completes it.</summary>
public sealed record BatchReport
{
    public int Matches { get; init; }

    public int Alerts { get; init; }

    public int Emails { get; init; }

    public int Failures { get; init; }

    /// <summary>Leads without a notification because their alerts are off or paused.</summary>
    public int NotWatched { get; init; }

    /// <summary>Leads that were not reached because the provider was away; they stay due.</summary>
    public int Postponed { get; init; }

    /// <summary>True when no part of the batch succeeded.</summary>
    public bool Failed { get; init; }

    /// <summary>The keys of the fetched listings.</summary>
    public IReadOnlyCollection<string> ListingKeys { get; init; } = [];

    /// <summary>The keys of the listings within the radius of at least one lead.</summary>
    public IReadOnlyCollection<string> MatchedKeys { get; init; } = [];

    /// <summary>Alternating latitudes and longitudes of the sales.</summary>
    public IReadOnlyCollection<double> SalePoints { get; init; } = [];

    public IReadOnlyList<JobError> Errors { get; init; } = [];
}
