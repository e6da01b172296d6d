using TwoStory.Core.Accounts;

namespace TwoStory.Tests.Hosting;

/// <summary>
/// A clock that starts at noon in the default time zone, so that no test meets midnight, and that a test moves on.
/// The hourly timer of the host does not fire: a test starts its runs itself.
/// </summary>
sealed class HostClock : TimeProvider
{
    public HostClock()
    {
        var local = TimeZoneInfo.ConvertTime(System.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(TimeZones.Default));
        // Never behind the real time, because timestamps of the database must not be in this clock's future.
        Ahead = TimeSpan.FromHours(local.Hour < 12 ? 12 : 36) - local.TimeOfDay;
    }

    /// <summary>Timers with this period or a longer one do not fire: by default those of the jobs; with one second also that of the outbox.</summary>
    public TimeSpan StillFrom { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The offset from the real time.</summary>
    public TimeSpan Ahead { get; set; }

    public DateOnly Today => this.Today(TimeZones.Default);

    public void MoveDays(int days) => Ahead += TimeSpan.FromDays(days);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, period >= StillFrom ? Timeout.InfiniteTimeSpan : dueTime, period);
}
