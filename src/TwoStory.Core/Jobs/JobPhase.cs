namespace TwoStory.Core.Jobs;

/// <summary>The order of a run: plan, then ask the provider, then tell the agents of what was found.</summary>
public enum JobPhase
{
    Plan,
    Ask,
    Tell,
}
