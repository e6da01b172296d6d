using TwoStory.Core.Data;
using TwoStory.Core.Email;
using TwoStory.Core.Jobs;

namespace TwoStory.Core.NearbySales;

/// <summary>Decides which found sales an agent is told of, and writes the notifications and the one mail of the run.</summary>
sealed class NearbySalesNotifier(OutboxStore outbox)
{
    public async Task<BatchReport> NotifyAsync(JobRun run, Guid agentId, Transaction transaction)
    {
        if (await AgentDigest.FindAsync(transaction, run, agentId) is not { } agent) return new BatchReport();
        var alerts = 0;
        var shown = new List<PendingSale>();
        var from = Guid.Empty;
        while (await FoundSaleStore.PendingAsync(transaction, run.OrganizationId, agentId, from, AgentDigest.RowsPerRead) is { Count: > 0 } sales)
        {
            from = sales[^1].LeadId;
            var told = await SaleDecisions.DecideAsync(transaction, run.OrganizationId, run.Id, agentId, sales, agent.RadiusMiles, FoundSaleStore.NotNear);
            alerts += told.Count;
            shown.AddRange(told.Take(AgentDigest.AlertsPerMail - shown.Count));
        }
        return await agent.MailAsync(outbox, transaction, run, alerts, () => NearbySalesEmail.Render(agent.Name, ByLead(shown), alerts, outbox.FrontendUrl));
    }

    static List<LeadSales> ByLead(IEnumerable<PendingSale> sales) =>
    [
        .. sales.GroupBy(sale => sale.LeadId).Select(lead => new LeadSales(
            lead.Key, lead.First().LeadName, lead.First().LeadAddress,
            [.. lead.Select(sale => new SaleLine(
                sale.Address ?? "address not disclosed", sale.ClosePrice, sale.CloseDate, sale.DistanceMiles!.Value, sale.ListOfficeName))])),
    ];
}
