using System.Globalization;
using TwoStory.Core.Alerts;
using TwoStory.Core.Email;

namespace TwoStory.Core.Valuations;

/// <summary>One home with a changed estimate.</summary>
/// <param name="ChangePercent">Against <paramref name="Before"/>, in percent.</param>
sealed record ValueLine(
    Guid LeadId, string LeadName, string LeadAddress, decimal Before, DateOnly BeforeAsOf, decimal Value, decimal? RangeLow, decimal? RangeHigh,
    decimal ChangePercent);

/// <summary>The e-mail about changes in the value of homes.</summary>
static class ValueChangesEmail
{
    static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public const string Template = "value_changes";

    /// <param name="agentName">The recipient's name.</param>
    /// <param name="changes">The changes to list, at least one.</param>
    /// <param name="total">The number of all changes, listed or not.</param>
    /// <param name="frontendUrl">The base address of links.</param>
    public static RenderedEmail Render(string agentName, IReadOnlyList<ValueLine> changes, int total, string frontendUrl)
    {
        var subject = total == 1
            ? $"{changes[0].LeadName}'s home: {DisplayFormat.Percent(changes[0].ChangePercent)}"
            : $"{DisplayFormat.Count(total, "home", "homes")} of your leads changed in value";
        var email = new AlertEmail(agentName, "The estimates of these homes have changed:", frontendUrl);
        email.Html.Append("<ul>\n");
        email.Text.Append('\n');
        foreach (var change in changes) Append(email, change);
        email.Html.Append("</ul>\n");
        return email.AppendMore(total - changes.Count, "more home", "more homes").Render(
            Template, subject, "Automated estimates, not appraisals. Change your notifications in TwoStory's settings.");
    }

    static void Append(AlertEmail email, ValueLine change)
    {
        var link = email.LeadLink(change.LeadId);
        var facts = Facts(change);
        var (name, address) = (RenderedEmail.Escape(change.LeadName), RenderedEmail.Escape(change.LeadAddress));
        email.Html.Append(
            Invariant, $"<li><a href=\"{RenderedEmail.Escape(link)}\"><strong>{name}</strong></a>, {address}<br>{RenderedEmail.Escape(facts)}</li>\n");
        email.Text.Append(Invariant, $"  * {change.LeadName}, {change.LeadAddress}: {facts}\n    {link}\n");
    }

    static string Facts(ValueLine change)
    {
        var (before, now) = (DisplayFormat.Money(change.Before), DisplayFormat.Money(change.Value));
        var range = change is { RangeLow: { } low, RangeHigh: { } high } ? $" (range {DisplayFormat.Money(low)} to {DisplayFormat.Money(high)})" : "";
        return $"{DisplayFormat.Percent(change.ChangePercent)}, from {before} on {DisplayFormat.Date(change.BeforeAsOf)} to {now}{range}";
    }
}
