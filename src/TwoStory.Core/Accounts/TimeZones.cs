namespace TwoStory.Core.Accounts;

/// <summary>Days as an organization counts them.</summary>
public static class TimeZones
{
    /// <summary>Where most of the product's first customers are.</summary>
    public const string Default = "America/Los_Angeles";

    /// <returns>Whether it is an IANA name that this machine knows, such as <c>America/Denver</c>.</returns>
    public static bool IsKnown(string name) =>
        (name.Contains('/', StringComparison.Ordinal) || name == "UTC") && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && zone.HasIanaId;

    /// <param name="time">The time.</param>
    /// <param name="timeZone">An IANA name that <see cref="IsKnown"/> accepts.</param>
    public static DateOnly Today(this TimeProvider time, string timeZone) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(timeZone)).DateTime);
}
