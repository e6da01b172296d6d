namespace TwoStory.Core.Accounts;

/// <summary>The most requests that an organization wants made to each paid provider in a calendar month, UTC; null for no cap, 0 for none at all.</summary>
public sealed record MonthlyCaps(int? Spark, int? RentCast)
{
    internal const int Most = 1_000_000_000;

    internal void Validate(FieldErrors errors, string field)
    {
        errors.AddIf(Spark is not (null or (>= 0 and <= Most)), $"{field}.spark", "must be a whole number from 0 to 1,000,000,000, or null for no cap.");
        errors.AddIf(RentCast is not (null or (>= 0 and <= Most)), $"{field}.rentCast", "must be a whole number from 0 to 1,000,000,000, or null for no cap.");
    }
}
