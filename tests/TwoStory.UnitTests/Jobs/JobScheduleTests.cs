using System.Globalization;
using TwoStory.Core.Jobs;

namespace TwoStory.Tests.Jobs;

public sealed class JobScheduleTests
{
    static readonly JobSchedule Daily = new(new TimeOnly(6, 0)), Sundays = new(new TimeOnly(0, 0), DayOfWeek.Sunday);

    /// <summary>Zones that change their clocks at 2:00, at midnight both ways, by half an hour, and not at all.</summary>
    public static TheoryData<string> Zones =>
    [
        "America/New_York", "America/Los_Angeles", "America/Santiago", "America/Havana", "Africa/Cairo", "Asia/Beirut", "Australia/Lord_Howe",
        "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC",
    ];

    [Theory]
    [MemberData(nameof(Zones))]
    public void Hourly_checks_over_two_years_find_every_day_once(string zone) => AssertEveryOccurrenceComesOnce(Daily, zone, days: 1);

    [Theory]
    [MemberData(nameof(Zones))]
    public void Hourly_checks_over_two_years_find_every_Sunday_once(string zone) => AssertEveryOccurrenceComesOnce(Sundays, zone, days: 7);

    [Theory]
    [InlineData("America/New_York", "2026-03-08", "2026-03-08T10:00Z")]
    [InlineData("America/New_York", "2026-03-07", "2026-03-07T11:00Z")]
    [InlineData("America/New_York", "2026-11-01", "2026-11-01T11:00Z")]
    [InlineData("America/New_York", "2026-10-31", "2026-10-31T10:00Z")]
    [InlineData("America/Los_Angeles", "2026-07-01", "2026-07-01T13:00Z")]
    public void Six_o_clock_is_six_on_the_wall_also_when_clocks_change(string zone, string date, string instant) =>
        AssertOccurs(Daily, zone, date, instant);

    [Theory]
    // At midnight clocks go on to one: the day begins with the change.
    [InlineData("America/Santiago", "2026-09-06", "2026-09-06T04:00Z")]
    [InlineData("America/Havana", "2026-03-08", "2026-03-08T05:00Z")]
    // At one they go back to midnight, which comes twice: the first counts.
    [InlineData("America/Havana", "2026-11-01", "2026-11-01T04:00Z")]
    [InlineData("America/New_York", "2026-11-22", "2026-11-22T05:00Z")]
    public void Sunday_begins_once_also_where_midnight_is_skipped_or_comes_twice(string zone, string date, string instant) =>
        AssertOccurs(Sundays, zone, date, instant);

    static void AssertOccurs(JobSchedule schedule, string zoneName, string date, string instant)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(zoneName);
        var at = DateTime.Parse(instant, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
        var day = DateOnly.Parse(date, CultureInfo.InvariantCulture);
        Assert.Equal((day, at), schedule.Latest(at, zone));
        Assert.NotEqual(day, schedule.Latest(at.AddTicks(-1), zone).Date);
        Assert.Equal(at, schedule.Next(at.AddTicks(-1), zone));
        Assert.True(schedule.Next(at, zone) > at);
    }

    static void AssertEveryOccurrenceComesOnce(JobSchedule schedule, string zoneName, int days)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(zoneName);
        var now = new DateTime(2026, 1, 10, 0, 0, 0, DateTimeKind.Utc);
        var (date, instant) = schedule.Latest(now, zone);
        for (; now.Year < 2028; now = now.AddHours(1))
        {
            var next = schedule.Latest(now, zone);
            Assert.InRange(next.Instant, now.AddDays(-days).AddHours(-2), now);
            if (next.Date == date)
            {
                Assert.Equal(instant, next.Instant);
                continue;
            }
            // A new name, one period on, and met within the hour.
            Assert.Equal(date.AddDays(days), next.Date);
            Assert.True(now - next.Instant < TimeSpan.FromHours(1));
            Assert.Equal(next.Instant, schedule.Next(now.AddHours(-1), zone));
            (date, instant) = next;
        }
    }
}
