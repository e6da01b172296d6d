using System.Globalization;
using System.Text;
using TwoStory.Core.Email;

namespace TwoStory.Core.Alerts;

/// <summary>The parts that all e-mails about alerts share: the greeting and the line about alerts that are not listed.</summary>
sealed class AlertEmail
{
    readonly string frontendUrl;

    /// <param name="agentName">The recipient's name.</param>
    /// <param name="introduction">The sentence above the list.</param>
    /// <param name="frontendUrl">The base address of links.</param>
    public AlertEmail(string agentName, string introduction, string frontendUrl)
    {
        this.frontendUrl = frontendUrl;
        Html.Append(CultureInfo.InvariantCulture, $"<p>Hello {RenderedEmail.Escape(agentName)},</p><p>{introduction}</p>\n");
        Text.Append(CultureInfo.InvariantCulture, $"Hello {agentName},\n\n{introduction}\n");
    }

    public StringBuilder Html { get; } = new();

    public StringBuilder Text { get; } = new();

    public string LeadLink(Guid leadId) => $"{frontendUrl}/leads/{leadId}";

    /// <summary>States how many alerts are not listed; adds nothing when all are.</summary>
    public AlertEmail AppendMore(int count, string one, string many)
    {
        if (count <= 0) return this;
        var more = $"and {DisplayFormat.Count(count, one, many)}: {frontendUrl}/notifications";
        Html.Append("<p>").Append(RenderedEmail.Escape(more)).Append("</p>\n");
        Text.Append('\n').Append(more).Append('\n');
        return this;
    }

    public RenderedEmail Render(string template, string subject, string footer) =>
        RenderedEmail.Create(template, subject, Html.ToString(), Text.ToString(), footer);
}
