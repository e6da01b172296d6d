namespace TwoStory.Tests.Api;

/// <summary>The real time plus an offset that a test sets.</summary>
sealed class TestClock : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
}
