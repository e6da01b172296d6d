namespace TwoStory.Core.Jobs;

/// <summary>When a job is due, in each organization's own time zone.</summary>
/// <param name="At">The local time of day.</param>
/// <param name="Day">The only day of the week; null for every day.</param>
public sealed record JobSchedule(TimeOnly At, DayOfWeek? Day = null)
{
    /// <summary>The newest occurrence at or before a moment.</summary>
    /// <returns>Its local date, which names it, and its moment in UTC.</returns>
    public (DateOnly Date, DateTime Instant) Latest(DateTime utcNow, TimeZoneInfo zone)
    {
        var date = DateOnly.FromDateTime(TimeZoneInfo.ConvertTimeFromUtc(utcNow, zone));
        while ((Day is { } day && date.DayOfWeek != day) || Instant(date, zone) > utcNow) date = date.AddDays(-1);
        return (date, Instant(date, zone));
    }

    /// <summary>The first occurrence after a moment, in UTC.</summary>
    public DateTime Next(DateTime utcNow, TimeZoneInfo zone)
    {
        var date = Latest(utcNow, zone).Date.AddDays(1);
        while (Day is { } day && date.DayOfWeek != day) date = date.AddDays(1);
        return Instant(date, zone);
    }

    // A local time that a clock change skips happens at the moment of the change; one that it repeats, the first time.
    DateTime Instant(DateOnly date, TimeZoneInfo zone)
    {
        var local = date.ToDateTime(At);
        while (zone.IsInvalidTime(local)) local = local.AddMinutes(15);
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return DateTime.SpecifyKind(local - offset, DateTimeKind.Utc);
    }
}
