using System.Globalization;
using System.Text;
using TwoStory.Core.Email;

namespace TwoStory.Core.NearbySales;

/// <summary>One sale as the mail shows it.</summary>
public sealed record SaleLine(string Address, decimal? ClosePrice, DateOnly CloseDate, double DistanceMiles, string? ListOfficeName);

/// <summary>The sales near one lead.</summary>
public sealed record LeadSales(Guid LeadId, string LeadName, string LeadAddress, IReadOnlyList<SaleLine> Sales);

/// <summary>Tells an agent which homes were sold near which of the agent's leads.</summary>
public static class NearbySalesEmail
{
    static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public const string Template = "nearby_sales";

    /// <param name="agentName">Whom it greets.</param>
    /// <param name="leads">What is shown, at least one lead with one sale.</param>
    /// <param name="totalSales">How many there are in all; more than shown when the mail would be too long.</param>
    /// <param name="frontendUrl">Where the links lead.</param>
    public static RenderedEmail Render(string agentName, IReadOnlyList<LeadSales> leads, int totalSales, string frontendUrl)
    {
        var shown = leads.Sum(lead => lead.Sales.Count);
        var subject = leads.Count == 1
            ? $"{EmailFormat.Count(totalSales, "home", "homes")} sold near {leads[0].LeadName}"
            : $"{EmailFormat.Count(totalSales, "sale", "sales")} near {EmailFormat.Count(leads.Count, "lead", "leads")}";
        var html = new StringBuilder($"<p>Hello {RenderedEmail.Escape(agentName)},</p><p>these homes were sold near your leads:</p>\n");
        var text = new StringBuilder($"Hello {agentName},\n\nthese homes were sold near your leads:\n");
        foreach (var lead in leads) Append(html, text, lead, frontendUrl);
        if (totalSales > shown)
        {
            var more = $"and {EmailFormat.Count(totalSales - shown, "more sale", "more sales")}: {frontendUrl}/notifications";
            html.Append("<p>").Append(RenderedEmail.Escape(more)).Append("</p>\n");
            text.Append('\n').Append(more).Append('\n');
        }
        return RenderedEmail.Create(Template, subject, html.ToString(), text.ToString(),
            "Closed sales as reported by your MLS; deemed reliable but not guaranteed. Choose what you are told in TwoStory's settings.");
    }

    static void Append(StringBuilder html, StringBuilder text, LeadSales lead, string frontendUrl)
    {
        var link = $"{frontendUrl}/leads/{lead.LeadId}";
        html.Append(Invariant, $"<h3 style=\"margin-bottom:4px\"><a href=\"{RenderedEmail.Escape(link)}\">{RenderedEmail.Escape(lead.LeadName)}</a></h3><div style=\"color:#666\">{RenderedEmail.Escape(lead.LeadAddress)}</div>\n<ul>\n");
        text.Append(Invariant, $"\n{lead.LeadName} ({lead.LeadAddress})\n{link}\n");
        foreach (var sale in lead.Sales)
        {
            var office = sale.ListOfficeName is null ? "" : $". Listed by {sale.ListOfficeName}";
            var facts = $"{EmailFormat.Money(sale.ClosePrice)}, closed {EmailFormat.Date(sale.CloseDate)}, {EmailFormat.Miles(sale.DistanceMiles)}{office}";
            html.Append(Invariant, $"<li><strong>{RenderedEmail.Escape(sale.Address)}</strong><br>{RenderedEmail.Escape(facts)}</li>\n");
            text.Append(Invariant, $"  * {sale.Address}: {facts}\n");
        }
        html.Append("</ul>\n");
    }
}
