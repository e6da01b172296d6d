using TwoStory.Core.Alerts;
using TwoStory.Core.Data;
using TwoStory.Core.Email;
using TwoStory.Core.Jobs;
using TwoStory.Core.Providers;

namespace TwoStory.Core.NearbySales;

/// <summary>A sale without a decision, with the current state of its lead.</summary>
sealed record PendingSale(
    Guid Id, Guid LeadId, string ListingKey, string? ListingId, string SaleKey, string? Address, double Latitude, double Longitude,
    DateOnly CloseDate, decimal? ClosePrice, string? ListOfficeName, DateOnly ClosedFrom, DateOnly ClosedTo,
    Guid LeadOwnerId, string LeadName, string? LeadStreet, string? LeadCity, double? LeadLatitude, double? LeadLongitude, LocationPrecision LeadPrecision,
    double? RadiusMiles, DateOnly AlertsSince, bool NotifyNearbySales, bool AlreadyNotified)
{
    public string Cause => $"nearby_sale:{LeadId}:{SaleKey}";

    public string LeadAddress => string.Join(", ", new[] { LeadStreet, LeadCity }.Where(part => !string.IsNullOrWhiteSpace(part)));

    public string DisplayAddress => Address ?? "address not disclosed";

    /// <param name="defaultRadiusMiles">The radius of leads without their own.</param>
    public Evidence Evidence(double defaultRadiusMiles) => Alerts.Evidence.From(
        new SaleObservation(ListingKey, CloseDate, ClosePrice, DistanceMiles),
        new SaleRule(RadiusMiles ?? defaultRadiusMiles, ClosedFrom, ClosedTo, AlertsSince, NotifyNearbySales),
        new SaleState(AlreadyNotified));

    public double? DistanceMiles =>
        LeadPrecision.IsPrecise() && LeadLatitude is { } latitude && LeadLongitude is { } longitude
        && new GeoPoint(latitude, longitude) is { IsGeocoded: true } home
            ? home.DistanceMilesTo(new GeoPoint(Latitude, Longitude))
            : null;
}

/// <summary>Decides on sales and writes their notifications, in runs and in refreshes.</summary>
sealed class SaleAlerts : IAlertSource<PendingSale>
{
    /// <summary>The reasons for which a run deletes a sale: it is not near a monitored lead.</summary>
    public static readonly IReadOnlyCollection<string> NotNear = ["not_watched", "no_location", "outside_radius"];

    public async Task<DecidedRows<PendingSale>?> DecideNextAsync(Transaction transaction, JobRun run, AgentDigest agent, Guid fromLeadId)
    {
        var sales = await PendingSaleStore.ListAsync(transaction, run.OrganizationId, agent.Id, fromLeadId, AgentNotifier.RowsPerRead);
        if (sales.Count == 0) return null;
        return new(await DecideAsync(transaction, run.OrganizationId, run.Id, agent.Id, sales, agent.RadiusMiles, NotNear), sales[^1].LeadId);
    }

    public RenderedEmail Render(AgentDigest agent, IReadOnlyList<PendingSale> alerts, int total, string frontendUrl) => NearbySalesEmail.Render(
        agent.Name,
        [
            .. alerts.GroupBy(sale => sale.LeadId).Select(lead => new LeadSales(
                lead.Key, lead.First().LeadName, lead.First().LeadAddress,
                [.. lead.Select(sale => new SaleLine(sale.DisplayAddress, sale.ClosePrice, sale.CloseDate, sale.DistanceMiles!.Value, sale.ListOfficeName))])),
        ],
        total, frontendUrl);

    /// <param name="transaction">A transaction that locks the sales.</param>
    /// <param name="organizationId">The organization of the sales.</param>
    /// <param name="runId">Null outside of a run.</param>
    /// <param name="agentId">The owner of the leads, who is notified.</param>
    /// <param name="sales">The pending sales.</param>
    /// <param name="radiusMiles">The radius of leads without their own.</param>
    /// <param name="deleted">The reasons for which a sale is deleted.</param>
    /// <returns>The sales with a new notification.</returns>
    public static async Task<IReadOnlyList<PendingSale>> DecideAsync(
        Transaction transaction, Guid organizationId, Guid? runId, Guid agentId, IReadOnlyList<PendingSale> sales, double radiusMiles,
        IReadOnlyCollection<string> deleted)
    {
        var decided = sales.Select(sale => (Sale: sale, Evidence: sale.Evidence(radiusMiles))).ToList();
        var alerts = decided.Where(pair => pair.Evidence.Decision.Alert).ToList();
        var written = await NotificationWriter.AddAsync(
            transaction, organizationId, runId, agentId, [.. alerts.Select(pair => Notification(pair.Sale, pair.Evidence))]);
        await PendingSaleStore.DecideAsync(transaction, organizationId, [.. decided.Select(pair => (pair.Sale.Id, pair.Evidence.Decision.Reason))], deleted);
        return [.. alerts.Select(pair => pair.Sale).Where(sale => written.Contains(sale.Cause))];
    }

    static NewNotification Notification(PendingSale sale, Evidence evidence)
    {
        var miles = ((SaleObservation)evidence.Observation).DistanceMiles!.Value;
        var office = sale.ListOfficeName is null ? "" : $" Listed by {sale.ListOfficeName}.";
        return new NewNotification(
            sale.LeadId, NotificationKind.NearbySale, sale.Cause, sale.ListingKey, sale.ListingId,
            $"Sold near {sale.LeadName}: {sale.DisplayAddress}",
            $"{DisplayFormat.Money(sale.ClosePrice)}, closed {DisplayFormat.Date(sale.CloseDate)}, {DisplayFormat.Miles(miles)}.{office}", evidence);
    }
}
