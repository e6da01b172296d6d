using System.Globalization;
using System.Text;
using TwoStory.Core.Email;

namespace TwoStory.Core.Valuations;

/// <summary>One home whose estimate moved.</summary>
/// <param name="ChangePercent">Against <paramref name="Before"/>, in percent.</param>
public sealed record ValueLine(
    Guid LeadId, string LeadName, string LeadAddress, decimal Before, DateOnly BeforeAsOf, decimal Value, decimal? RangeLow, decimal? RangeHigh, decimal ChangePercent);

/// <summary>Tells an agent whose homes are worth more or less than before.</summary>
public static class ValueChangesEmail
{
    static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public const string Template = "value_changes";

    /// <param name="agentName">Whom it greets.</param>
    /// <param name="changes">What is shown, at least one.</param>
    /// <param name="total">How many there are in all; more than shown when the mail would be too long.</param>
    /// <param name="frontendUrl">Where the links lead.</param>
    public static RenderedEmail Render(string agentName, IReadOnlyList<ValueLine> changes, int total, string frontendUrl)
    {
        var subject = total == 1
            ? $"{changes[0].LeadName}'s home: {EmailFormat.Percent(changes[0].ChangePercent)}"
            : $"{EmailFormat.Count(total, "home", "homes")} of your leads changed in value";
        var html = new StringBuilder($"<p>Hello {RenderedEmail.Escape(agentName)},</p><p>the estimates of these homes have moved:</p>\n<ul>\n");
        var text = new StringBuilder($"Hello {agentName},\n\nthe estimates of these homes have moved:\n\n");
        foreach (var change in changes)
        {
            var link = $"{frontendUrl}/leads/{change.LeadId}";
            var facts = Facts(change);
            html.Append(Invariant, $"<li><a href=\"{RenderedEmail.Escape(link)}\"><strong>{RenderedEmail.Escape(change.LeadName)}</strong></a>, {RenderedEmail.Escape(change.LeadAddress)}<br>{RenderedEmail.Escape(facts)}</li>\n");
            text.Append(Invariant, $"  * {change.LeadName}, {change.LeadAddress}: {facts}\n    {link}\n");
        }
        html.Append("</ul>\n");
        if (total > changes.Count)
        {
            var more = $"and {EmailFormat.Count(total - changes.Count, "more home", "more homes")}: {frontendUrl}/notifications";
            html.Append("<p>").Append(RenderedEmail.Escape(more)).Append("</p>\n");
            text.Append('\n').Append(more).Append('\n');
        }
        return RenderedEmail.Create(Template, subject, html.ToString(), text.ToString(),
            "Automated estimates, not appraisals. Choose what you are told in TwoStory's settings.");
    }

    static string Facts(ValueLine change)
    {
        var range = change is { RangeLow: { } low, RangeHigh: { } high } ? $" (range {EmailFormat.Money(low)} to {EmailFormat.Money(high)})" : "";
        return $"{EmailFormat.Percent(change.ChangePercent)}, from {EmailFormat.Money(change.Before)} on {EmailFormat.Date(change.BeforeAsOf)} to {EmailFormat.Money(change.Value)}{range}";
    }
}
