namespace TwoStory.Core.Jobs;

// What crosses an engine: small, named, serializable, and without a decision in it.

/// <summary>One organization's run, by its ids.</summary>
public sealed record OrganizationRun(Guid RunId, Guid OrganizationId, string Kind);

/// <summary>What to do next for one organization: batches, or wait until a time, or nothing more.</summary>
/// <param name="Batches">Ordinals of batches that may run side by side.</param>
/// <param name="WaitUntil">UTC; when to ask again. Null together with no batches: the run is finished.</param>
public sealed record NextStep(IReadOnlyList<int> Batches, DateTime? WaitUntil)
{
    public static NextStep Finished { get; } = new([], null);

    public bool IsFinished => Batches.Count == 0 && WaitUntil is null;
}

/// <summary>A page of organizations that are due for a job.</summary>
/// <param name="Runs">Their runs, started and waiting to be carried.</param>
/// <param name="After">Where the next page starts; null after the last.</param>
public sealed record DuePage(IReadOnlyList<OrganizationRun> Runs, Guid? After);
