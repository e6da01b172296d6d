using TwoStory.Core.Alerts;
using TwoStory.Core.Data;
using TwoStory.Core.Email;

namespace TwoStory.Core.NearbySales;

/// <summary>Decides about found sales and writes what follows, for runs and for whoever asks outside of one.</summary>
static class SaleDecisions
{
    /// <param name="transaction">Holds the sales.</param>
    /// <param name="organizationId">Whose.</param>
    /// <param name="runId">Null outside of a run.</param>
    /// <param name="agentId">The owner of the leads, who is told.</param>
    /// <param name="sales">Those to decide about.</param>
    /// <param name="radiusMiles">The radius of leads that have none of their own.</param>
    /// <param name="dropped">The reasons for which a sale is no sale near the lead, and goes.</param>
    /// <returns>The sales that the agent is told of now for the first time.</returns>
    public static async Task<IReadOnlyList<PendingSale>> DecideAsync(
        Transaction transaction, Guid organizationId, Guid? runId, Guid agentId, IReadOnlyList<PendingSale> sales, double radiusMiles,
        IReadOnlyCollection<string> dropped)
    {
        var decided = sales.Select(sale => (Sale: sale, Evidence: sale.Evidence(radiusMiles))).ToList();
        var told = decided.Where(pair => pair.Evidence.Decision.Alert).ToList();
        var written = await NotificationWriter.AddAsync(
            transaction, organizationId, runId, agentId, [.. told.Select(pair => Notification(pair.Sale, pair.Evidence))]);
        await FoundSaleStore.DecideAsync(transaction, organizationId, [.. decided.Select(pair => (pair.Sale.Id, pair.Evidence.Decision.Reason))], dropped);
        return [.. told.Select(pair => pair.Sale).Where(sale => written.Contains(sale.Cause))];
    }

    static NewNotification Notification(PendingSale sale, Evidence evidence)
    {
        var miles = ((SaleObservation)evidence.Observation).DistanceMiles!.Value;
        var office = sale.ListOfficeName is null ? "" : $" Listed by {sale.ListOfficeName}.";
        return new NewNotification(
            sale.LeadId, NotificationKinds.NearbySale, sale.Cause, sale.ListingKey, sale.ListingId,
            $"Sold near {sale.LeadName}: {sale.Address ?? "address not disclosed"}",
            $"{EmailFormat.Money(sale.ClosePrice)}, closed {EmailFormat.Date(sale.CloseDate)}, {EmailFormat.Miles(miles)}.{office}", evidence);
    }
}
