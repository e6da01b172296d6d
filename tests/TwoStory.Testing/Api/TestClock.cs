namespace TwoStory.Tests.Api;

/// <summary>The real time, and what a test adds to it.</summary>
sealed class TestClock : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
}
