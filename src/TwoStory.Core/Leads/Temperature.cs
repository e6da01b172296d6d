namespace TwoStory.Core.Leads;

/// <summary>How soon somebody may move.</summary>
public enum Temperature
{
    Cold,
    Warm,
    Hot,
}
