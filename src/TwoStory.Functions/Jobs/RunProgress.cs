using System.Text.Json.Serialization;
using TwoStory.Core.Jobs;

namespace TwoStory.Functions.Jobs;

// What orchestrations pass on. Small, and read back from histories that an earlier version wrote: add properties, and change none.

/// <summary>Where the run of an hour stands.</summary>
/// <param name="After">The last organization of the page before; null at the start.</param>
public sealed record RunProgress(string Kind, Pace Pace, Guid? After, RunTotals Totals);

/// <summary>What the run of an hour has done, shown in its custom status. The database has the truth.</summary>
/// <param name="Finished">Organizations whose run completed, wholly or in part.</param>
/// <param name="Waiting">Organizations that wait for longer than this run lives, or are carried by another instance.</param>
/// <param name="Failed">Organizations that the engine gave up. The next hour carries them on.</param>
/// <param name="FailedOrganizations">The first of those that failed; the status has room for 16 KB.</param>
/// <param name="Unsuccessful">Organizations whose run ended as failed, for example because Spark refuses their credentials.</param>
public sealed record RunTotals(int Organizations, int Finished, int Waiting, int Failed, IReadOnlyList<Guid> FailedOrganizations, int Unsuccessful = 0)
{
    const int MostNamed = 50;

    public static RunTotals None { get; } = new(0, 0, 0, 0, []);

    public RunTotals Plus(Guid organizationId, OrganizationEnd end)
    {
        RunTotals more = this with { Organizations = Organizations + 1 };
        return end switch
        {
            OrganizationEnd.Finished => more with { Finished = Finished + 1 },
            OrganizationEnd.Unsuccessful => more with { Unsuccessful = Unsuccessful + 1 },
            OrganizationEnd.Failed => more with
            {
                Failed = Failed + 1,
                FailedOrganizations = FailedOrganizations.Count < MostNamed ? [.. FailedOrganizations, organizationId] : FailedOrganizations,
            },
            _ => more with { Waiting = Waiting + 1 },
        };
    }
}

/// <summary>How one organization left its run. By name in the engine's output; histories of earlier versions have the numbers.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OrganizationEnd>))]
public enum OrganizationEnd
{
    Finished,
    Waiting,
    CarriedElsewhere,
    Failed,
    Unsuccessful,
}

/// <summary>Where one organization stands.</summary>
/// <param name="IsClaimed">This instance alone carries the run.</param>
/// <param name="Batches">Batches started so far, shown in the custom status.</param>
public sealed record OrganizationProgress(OrganizationRun Run, Pace Pace, bool IsClaimed, int Batches);

/// <summary>Requests a page of organizations that are due.</summary>
public sealed record DueQuestion(string Kind, Guid? After);

/// <summary>An instance that wants to carry a run.</summary>
public sealed record Claim(OrganizationRun Run, string InstanceId);

/// <summary>One batch of a run.</summary>
public sealed record Batch(OrganizationRun Run, int Ordinal);

/// <summary>What comes next for one organization: batches, or a wait, or its end.</summary>
/// <param name="WaitUntil">UTC.</param>
/// <param name="Ended">How the run ended; null while it has not, or is gone.</param>
public sealed record Step(IReadOnlyList<int> Batches, DateTime? WaitUntil, JobState? Ended = null)
{
    [JsonIgnore]
    public bool IsFinished => Batches.Count == 0 && WaitUntil is null;

    [JsonIgnore]
    public OrganizationEnd End => Ended == JobState.Failed ? OrganizationEnd.Unsuccessful : OrganizationEnd.Finished;
}
