using System.Globalization;
using TwoStory.Core.Alerts;
using TwoStory.Core.Email;

namespace TwoStory.Core.NearbySales;

/// <summary>One sale in the e-mail.</summary>
sealed record SaleLine(string Address, decimal? ClosePrice, DateOnly CloseDate, double DistanceMiles, string? ListOfficeName);

/// <summary>The sales near one lead.</summary>
sealed record LeadSales(Guid LeadId, string LeadName, string LeadAddress, IReadOnlyList<SaleLine> Sales);

/// <summary>The e-mail about homes sold near an agent's leads.</summary>
static class NearbySalesEmail
{
    static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public const string Template = "nearby_sales";

    /// <param name="agentName">The recipient's name.</param>
    /// <param name="leads">The leads to list, at least one, each with at least one sale.</param>
    /// <param name="totalSales">The number of all sales, listed or not.</param>
    /// <param name="frontendUrl">The base address of links.</param>
    public static RenderedEmail Render(string agentName, IReadOnlyList<LeadSales> leads, int totalSales, string frontendUrl)
    {
        var subject = leads.Count == 1
            ? $"{DisplayFormat.Count(totalSales, "home", "homes")} sold near {leads[0].LeadName}"
            : $"{DisplayFormat.Count(totalSales, "sale", "sales")} near {DisplayFormat.Count(leads.Count, "lead", "leads")}";
        var email = new AlertEmail(agentName, "These homes were sold near your leads:", frontendUrl);
        foreach (var lead in leads) Append(email, lead);
        return email.AppendMore(totalSales - leads.Sum(lead => lead.Sales.Count), "more sale", "more sales").Render(
            Template, subject, "Closed sales as reported by your MLS; deemed reliable but not guaranteed. Change your notifications in TwoStory's settings.");
    }

    static void Append(AlertEmail email, LeadSales lead)
    {
        var link = email.LeadLink(lead.LeadId);
        var (name, address) = (RenderedEmail.Escape(lead.LeadName), RenderedEmail.Escape(lead.LeadAddress));
        email.Html.Append(Invariant, $"<h3 style=\"margin-bottom:4px\"><a href=\"{RenderedEmail.Escape(link)}\">{name}</a></h3>");
        email.Html.Append(Invariant, $"<div style=\"color:#666\">{address}</div>\n<ul>\n");
        email.Text.Append(Invariant, $"\n{lead.LeadName} ({lead.LeadAddress})\n{link}\n");
        foreach (var sale in lead.Sales)
        {
            var office = sale.ListOfficeName is null ? "" : $". Listed by {sale.ListOfficeName}";
            var (price, closed) = (DisplayFormat.Money(sale.ClosePrice), DisplayFormat.Date(sale.CloseDate));
            var facts = $"{price}, closed {closed}, {DisplayFormat.Miles(sale.DistanceMiles)}{office}";
            email.Html.Append(Invariant, $"<li><strong>{RenderedEmail.Escape(sale.Address)}</strong><br>{RenderedEmail.Escape(facts)}</li>\n");
            email.Text.Append(Invariant, $"  * {sale.Address}: {facts}\n");
        }
        email.Html.Append("</ul>\n");
    }
}
