using System.Text.Json.Serialization;

namespace TwoStory.Core.Accounts;

/// <summary>How agents hear of a run: one e-mail, or only the notifications.</summary>
public enum EmailMode
{
    PerRun,
    Off,
}

/// <summary>Whether the organization's Spark credentials are there and work.</summary>
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
/// <param name="TimeZone">An IANA name; days, and the hours that jobs are due, are counted in it.</param>
/// <param name="RadiusMiles">How near a sale must be to a lead that sets no radius of its own; more than 0, at most 50.</param>
/// <param name="WindowDays">How many days back a close date may lie, 1–45.</param>
/// <param name="ValueChangePercent">The smallest change of value that is told, more than 0, at most 100.</param>
/// <param name="MonthlyCaps">How often paid providers may be asked in a calendar month, UTC.</param>
/// <param name="Version">Counts changes; the entity tag.</param>
public sealed record Organization(
    Guid Id, string Name, SubscriptionTier SubscriptionTier, string TimeZone, decimal RadiusMiles, int WindowDays, decimal ValueChangePercent,
    EmailMode EmailMode, MonthlyCaps MonthlyCaps, CredentialStatus SparkCredentialsStatus, [property: JsonIgnore] int Version, DateTime CreatedAt, DateTime UpdatedAt);
