using TwoStory.Core.Data;
using TwoStory.Core.Email;
using TwoStory.Core.Jobs;

namespace TwoStory.Core.Listings;

/// <summary>Decides which found sales an agent is told of, and writes the notifications and the one mail of the run.</summary>
sealed class NearbySalesTelling(OutboxStore outbox)
{
    const int RowsPerRead = 5_000;

    // Beyond it a mail is no longer read, and providers refuse it.
    const int SalesPerMail = 500;

    sealed record Recipient(string Email, string Name, double RadiusMiles, string EmailMode);

    public async Task<BatchReport> TellAsync(JobRun run, Guid agentId, Transaction transaction)
    {
        var recipient = await transaction.QueryFirstAsync<Recipient>(
            """
            select u.email, u.name, coalesce((r.plan ->> 'radiusMiles')::double precision, o.radius_miles) as radius_miles,
                coalesce(r.plan ->> 'emailMode', o.email_mode) as email_mode
            from users u join organizations o on o.id = u.organization_id join job_runs r on r.organization_id = o.id and r.id = @runId
            where u.organization_id = @OrganizationId and u.id = @agentId
            """,
            new { run.OrganizationId, agentId, runId = run.Id });
        if (recipient is null) return new BatchReport();

        var alerts = 0;
        var shown = new List<UndecidedSale>();
        while (await FoundSaleStore.UndecidedAsync(transaction, run.OrganizationId, agentId, RowsPerRead) is { Count: > 0 } sales)
        {
            var told = await SaleDecisions.DecideAsync(transaction, run.OrganizationId, run.Id, agentId, sales, recipient.RadiusMiles, FoundSaleStore.NotNear);
            alerts += told.Count;
            shown.AddRange(told.Take(SalesPerMail - shown.Count));
        }
        var mailed = alerts > 0 && recipient.EmailMode == "per_run" && await outbox.EnqueueAsync(
            transaction, run.OrganizationId, recipient.Email,
            NearbySalesEmail.Render(recipient.Name, ByLead(shown), alerts, outbox.FrontendUrl), $"{JobKinds.NearbySales}:{run.Id}:{agentId}");
        return new BatchReport { Alerts = alerts, Emails = mailed ? 1 : 0 };
    }

    static List<LeadSales> ByLead(IEnumerable<UndecidedSale> sales) =>
    [
        .. sales.GroupBy(sale => sale.LeadId).Select(lead => new LeadSales(
            lead.Key, lead.First().LeadName, lead.First().LeadAddress,
            [.. lead.Select(sale => new SaleLine(
                sale.Address ?? "address not disclosed", sale.ClosePrice, sale.CloseDate, sale.DistanceMiles!.Value, sale.ListOfficeName))])),
    ];
}
