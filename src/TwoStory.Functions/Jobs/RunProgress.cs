using TwoStory.Core.Jobs;

namespace TwoStory.Functions.Jobs;

// What orchestrations pass on. Small and frozen: a setting that changes in the middle of a run must not change its replay.

/// <summary>How the engine carries; frozen when a run starts.</summary>
public sealed record Pace
{
    /// <summary>Organizations carried side by side by one run, 1 and more.</summary>
    public int OrganizationsAtOnce { get; init; } = 50;

    /// <summary>Steps of one organization before its history is dropped by starting anew, 1 and more.</summary>
    public int StepsPerHistory { get; init; } = 8;

    /// <summary>A longer wait is left to the hourly timer, so that one organization's wait does not hold its run open.</summary>
    public TimeSpan LongestTimer { get; init; } = TimeSpan.FromHours(1);
}

/// <summary>Where the run of an hour stands.</summary>
/// <param name="After">The last organization that was looked at; null at the start.</param>
public sealed record RunProgress(string Kind, Pace Pace, Guid? After, RunTotals Totals);

/// <summary>What a run has come to, for show in its custom status: the truth is in the database.</summary>
/// <param name="Finished">Organizations whose run came to its end.</param>
/// <param name="Waiting">Organizations that wait for longer than this run lives, or are carried by an earlier one.</param>
/// <param name="FailedOrganizations">The first of those that failed; the status has room for 16 KB.</param>
public sealed record RunTotals(int Organizations, int Finished, int Waiting, int Failed, IReadOnlyList<Guid> FailedOrganizations)
{
    const int MostNamed = 50;

    public static RunTotals None { get; } = new(0, 0, 0, 0, []);

    public RunTotals Plus(Guid organizationId, OrganizationEnd end) => end switch
    {
        OrganizationEnd.Finished => this with { Organizations = Organizations + 1, Finished = Finished + 1 },
        OrganizationEnd.Failed => this with
        {
            Organizations = Organizations + 1,
            Failed = Failed + 1,
            FailedOrganizations = FailedOrganizations.Count < MostNamed ? [.. FailedOrganizations, organizationId] : FailedOrganizations,
        },
        _ => this with { Organizations = Organizations + 1, Waiting = Waiting + 1 },
    };
}

/// <summary>How one organization left its run.</summary>
public enum OrganizationEnd
{
    Finished,
    Waiting,
    CarriedElsewhere,
    Failed,
}

/// <summary>Where one organization stands.</summary>
/// <param name="IsClaimed">This instance has made sure that it alone carries the run.</param>
/// <param name="Batches">Batches handed out so far, for show.</param>
public sealed record OrganizationProgress(OrganizationRun Run, Pace Pace, bool IsClaimed, int Batches);

/// <summary>Asks for a page of organizations that are due.</summary>
public sealed record DueQuestion(string Kind, Guid? After);

/// <summary>An instance that wants to carry a run.</summary>
public sealed record Claim(OrganizationRun Run, string InstanceId);

/// <summary>One batch of a run.</summary>
public sealed record Batch(OrganizationRun Run, int Ordinal);
