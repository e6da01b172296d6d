using System.Text.Json.Serialization;
using TwoStory.Core.Jobs;

namespace TwoStory.Functions.Jobs;

// The inputs and outputs of orchestrations. Histories of earlier versions contain them: keep them small, add properties, and change none.

/// <summary>The progress of a job for one hour.</summary>
/// <param name="After">The last organization of the previous page; null at the start.</param>
public sealed record RunProgress(string Kind, Pace Pace, Guid? After, RunTotals Totals);

/// <summary>The totals of a job for one hour, shown in the custom status. The database is authoritative.</summary>
/// <param name="Finished">The number of organizations whose run completed or completed in part.</param>
/// <param name="Waiting">The number of organizations that wait beyond this instance or are executed by another one.</param>
/// <param name="Failed">The number of organizations whose orchestration failed. The next hour continues them.</param>
/// <param name="FailedOrganizations">The first failed organizations; the custom status is limited to 16 KB.</param>
/// <param name="Unsuccessful">The number of organizations whose run ended as failed, for example because Spark refuses their credentials.</param>
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

/// <summary>How the orchestration of one organization ended. Serialized by name; histories of earlier versions contain numbers.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OrganizationEnd>))]
public enum OrganizationEnd
{
    Finished,
    Waiting,
    CarriedElsewhere,
    Failed,
    Unsuccessful,
}

/// <summary>The progress of one organization.</summary>
/// <param name="IsClaimed">True when this instance has claimed the run.</param>
/// <param name="Batches">The number of batches started so far, shown in the custom status.</param>
public sealed record OrganizationProgress(OrganizationRun Run, Pace Pace, bool IsClaimed, int Batches);

/// <summary>Requests a page of organizations that are due.</summary>
public sealed record DuePageRequest(string Kind, Guid? After);

/// <summary>A request of an instance to execute a run.</summary>
public sealed record Claim(OrganizationRun Run, string InstanceId);

/// <summary>One batch of a run.</summary>
public sealed record Batch(OrganizationRun Run, int Ordinal);

/// <summary>The next step of one organization: batches, a wait, or the end.</summary>
/// <param name="WaitUntil">UTC.</param>
/// <param name="Ended">How the run ended; null when it has not ended or no longer exists.</param>
public sealed record Step(IReadOnlyList<int> Batches, DateTime? WaitUntil, JobState? Ended = null)
{
    [JsonIgnore]
    public bool IsFinished => Batches.Count == 0 && WaitUntil is null;

    [JsonIgnore]
    public OrganizationEnd End => Ended == JobState.Failed ? OrganizationEnd.Unsuccessful : OrganizationEnd.Finished;
}
