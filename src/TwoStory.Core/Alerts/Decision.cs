namespace TwoStory.Core.Alerts;

/// <summary>To tell or not, and why.</summary>
/// <param name="Alert">Whether the agent is told.</param>
/// <param name="Reason">A stable name: why it is told, or why not.</param>
/// <param name="ChangePercent">For a value: the change that decided, in percent.</param>
/// <param name="Against">For a value: what it was compared with.</param>
public sealed record Decision(bool Alert, string Reason, decimal? ChangePercent = null, Baseline? Against = null)
{
    public static Decision Tell(string reason) => new(true, reason);

    public static Decision Keep(string reason) => new(false, reason);
}
