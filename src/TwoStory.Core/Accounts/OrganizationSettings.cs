using System.Text.Json;

namespace TwoStory.Core.Accounts;

/// <summary>What an organization decides about itself.</summary>
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

    /// <returns>The names of what differs, as the API spells them.</returns>
    internal string ChangesFrom(OrganizationSettings before) => string.Join(", ",
        typeof(OrganizationSettings).GetProperties().Where(setting => !Equals(setting.GetValue(this), setting.GetValue(before)))
            .Select(setting => JsonNamingPolicy.CamelCase.ConvertName(setting.Name)));

    /// <returns>The settings with the name trimmed.</returns>
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
