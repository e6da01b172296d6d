using System.Text.Json;
using System.Text.Json.Serialization;

namespace TwoStory.Core.Accounts;

/// <summary>The e-mails that agents get: one for each run, or none.</summary>
public enum EmailMode
{
    PerRun,
    Off,
}

/// <summary>The state of the organization's Spark credentials.</summary>
public enum CredentialStatus
{
    None,
    Valid,
    Refused,
}

public enum SubscriptionTier
{
    Starter,
    Team,
    Brokerage,
}

/// <summary>A brokerage and its settings.</summary>
/// <param name="TimeZone">An IANA name. Days and the due times of jobs are in this time zone.</param>
/// <param name="RadiusMiles">The maximum distance of a sale from a lead without a radius of its own; more than 0, at most 50.</param>
/// <param name="WindowDays">The maximum age of a close date in days, 1–45.</param>
/// <param name="ValueChangePercent">The smallest change of a value that is reported, in percent; more than 0, at most 100.</param>
/// <param name="MonthlyCaps">The monthly caps of requests to paid providers.</param>
/// <param name="Version">The number of changes, used as the entity tag.</param>
public sealed record Organization(
    Guid Id, string Name, SubscriptionTier SubscriptionTier, string TimeZone, decimal RadiusMiles, int WindowDays, decimal ValueChangePercent,
    EmailMode EmailMode, MonthlyCaps MonthlyCaps, CredentialStatus SparkCredentialsStatus, [property: JsonIgnore] int Version,
    DateTime CreatedAt, DateTime UpdatedAt);

/// <summary>The settings that an organization's administrators change.</summary>
public sealed record OrganizationSettings
{
    public string? Name { get; init; }
    public string? TimeZone { get; init; }
    public decimal? RadiusMiles { get; init; }
    public int? WindowDays { get; init; }
    public decimal? ValueChangePercent { get; init; }
    public EmailMode? EmailMode { get; init; }

    /// <summary>Null for no caps.</summary>
    public MonthlyCaps? MonthlyCaps { get; init; }

    public static OrganizationSettings From(Organization organization) => new()
    {
        Name = organization.Name,
        TimeZone = organization.TimeZone,
        RadiusMiles = organization.RadiusMiles,
        WindowDays = organization.WindowDays,
        ValueChangePercent = organization.ValueChangePercent,
        EmailMode = organization.EmailMode,
        MonthlyCaps = organization.MonthlyCaps,
    };

    /// <returns>The API names of the settings that differ.</returns>
    internal string ChangesFrom(OrganizationSettings before) => string.Join(", ",
        typeof(OrganizationSettings).GetProperties().Where(setting => !Equals(setting.GetValue(this), setting.GetValue(before)))
            .Select(setting => JsonNamingPolicy.CamelCase.ConvertName(setting.Name)));

    /// <returns>The settings with a trimmed name.</returns>
    /// <exception cref="ValidationException">A setting is missing or out of range.</exception>
    public OrganizationSettings Validated()
    {
        var errors = new FieldErrors();
        var name = errors.Required("name", Name, 200);
        errors.AddIf(TimeZone is null || !TimeZones.IsKnown(TimeZone), "timeZone", "must be an IANA time zone such as America/Denver.");
        errors.AddIf(RadiusMiles is not (>= 0.01m and <= 50), "radiusMiles", "must be more than 0 and at most 50 miles.");
        errors.AddIf(WindowDays is not (>= 1 and <= 45), "windowDays", "must be 1 to 45.");
        errors.AddIf(ValueChangePercent is not (>= 0.01m and <= 100), "valueChangePercent", "must be more than 0 and at most 100.");
        errors.AddIf(EmailMode is null, "emailMode", "must be per_run or off.");
        MonthlyCaps?.Validate(errors, "monthlyCaps");
        errors.ThrowIfAny();
        return this with { Name = name };
    }
}

/// <summary>The maximum number of requests to each paid provider in a calendar month, UTC; null for no cap, 0 to stop requests.</summary>
public sealed record MonthlyCaps(int? Spark, int? RentCast)
{
    internal const int MaxCap = 1_000_000_000;

    internal static DateOnly FirstOfMonth(DateOnly day) => new(day.Year, day.Month, 1);

    internal void Validate(FieldErrors errors, string field)
    {
        const string Rule = "must be a whole number from 0 to 1,000,000,000, or null for no cap.";
        errors.AddIf(Spark is not (null or (>= 0 and <= MaxCap)), $"{field}.spark", Rule);
        errors.AddIf(RentCast is not (null or (>= 0 and <= MaxCap)), $"{field}.rentCast", Rule);
    }
}

/// <summary>IANA time zones, and the present day in them.</summary>
public static class TimeZones
{
    /// <summary>The time zone of an organization that chooses none.</summary>
    public const string Default = "America/Los_Angeles";

    /// <returns>True for an IANA name that this machine knows, such as <c>America/Denver</c>.</returns>
    public static bool IsKnown(string name) =>
        (name.Contains('/', StringComparison.Ordinal) || name == "UTC") && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && zone.HasIanaId;

    /// <param name="time">The clock.</param>
    /// <param name="timeZone">An IANA name that <see cref="IsKnown"/> accepts.</param>
    public static DateOnly Today(this TimeProvider time, string timeZone) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(timeZone)).DateTime);
}
