namespace TwoStory.Core.Jobs;

/// <summary>One piece of a run, done at least once and counted once.</summary>
/// <param name="Work">What to do, as the job wrote it: JSON.</param>
/// <param name="Attempts">How often it has failed in passing.</param>
public sealed record JobBatch(Guid RunId, int Ordinal, JobPhase Phase, string Work, int Attempts);

/// <summary>What a batch did. Kept with the batch, in the transaction that ends it.</summary>
public sealed record BatchReport
{
    public int Matches { get; init; }

    public int Alerts { get; init; }

    public int Emails { get; init; }

    public int Failures { get; init; }

    /// <summary>Whether nothing of it succeeded.</summary>
    public bool Failed { get; init; }

    /// <summary>The keys of the listings that were fetched.</summary>
    public IReadOnlyCollection<string> ListingKeys { get; init; } = [];

    /// <summary>Those of them that lie within some lead's radius.</summary>
    public IReadOnlyCollection<string> MatchedKeys { get; init; } = [];

    /// <summary>Latitude and longitude, in turn, of the sales found.</summary>
    public IReadOnlyCollection<double> SalePoints { get; init; } = [];

    public IReadOnlyList<JobError> Errors { get; init; } = [];
}
