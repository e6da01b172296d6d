using TwoStory.Core.Accounts;
using TwoStory.Core.Data;
using TwoStory.Core.Jobs;
using TwoStory.Core.Leads;
using TwoStory.Core.NearbySales.Planning;
using TwoStory.Core.Providers;
using TwoStory.Core.Providers.Spark;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.NearbySales;

/// <summary>The sales near a lead after a refresh from the MLS.</summary>
/// <param name="Items">The newest 100 of all known sales, newest first.</param>
/// <param name="Next">The cursor of the next page at <c>GET leads/{id}/nearby-sales</c>; null on the last page.</param>
/// <param name="Added">The keys of listings that were not known before.</param>
/// <param name="Complete">False when the MLS did not return a last page, so that some sales may be missing.</param>
public sealed record RefreshedSales(IReadOnlyList<NearbySale> Items, string? Next, IReadOnlyList<string> Added, bool Complete);

/// <summary>
/// Fetches the sales near one lead now. New sales are stored, decided and notified in one transaction by the rules of the daily run,
/// without an e-mail: a user requested them. The next run finds these sales decided and does not notify again. Sales that a run has
/// found and not yet notified stay with that run and its e-mail. The lead's row is locked throughout, so that runs and other
/// refreshes happen before or after, never in between.
/// </summary>
public sealed class NearbySalesRefresh(
    Database database, LeadService leads, JobStore runs, SparkAccounts accounts, SparkClient spark, SparkOptions options,
    TimeProvider time)
{
    static readonly PageRequest Newest = new(PageRequest.MaxLimit, null);

    // Unlike in a run, sales near a lead that is not monitored stay: a user requested them.
    static readonly IReadOnlyCollection<string> NotNear = [.. SaleAlerts.NotNear.Where(reason => reason != "not_watched")];

    /// <exception cref="NotFoundException">The lead does not exist or is not visible to the caller.</exception>
    /// <exception cref="ConflictException">The location of the lead's home is not known.</exception>
    /// <exception cref="UpstreamException">The request to Spark failed.</exception>
    public async Task<RefreshedSales> RefreshAsync(Caller caller, Guid leadId, CancellationToken cancel)
    {
        var lead = await leads.GetAsync(caller, leadId, cancel);
        if (!lead.LocationPrecision.IsPrecise() || (lead.Latitude, lead.Longitude) is not ({ } latitude, { } longitude)
            || !new GeoPoint(latitude, longitude).IsGeocoded)
        {
            throw new ConflictException("lead_not_placed", "The location of the lead's home is not known. Correct the address, or set latitude and longitude.");
        }
        var tenant = database.Tenant(caller.OrganizationId);
        var account = await accounts.LoadAsync(caller.OrganizationId, cancel);
        var plan = await NearbySalesPlanner.PlanAsync(tenant, runs, time, 1, account.PageSize, cancel)
            ?? throw new NotFoundException("organization_not_found", "The organization does not exist.");
        var watched = new WatchedLead(leadId, latitude, longitude, (double?)lead.RadiusMiles);
        var listings = await FetchAsync(account, plan, watched, cancel);
        var found = new NearbyMatch(plan, listings.Listings).Near([watched]).ToList();
        var added = await tenant.TransactAsync(transaction => StoreAsync(transaction, caller.OrganizationId, leadId, plan, found), cancel);
        var page = await leads.SalesAsync(caller, leadId, Newest, cancel);
        return new RefreshedSales(page.Items, page.Next, added, listings.Fault is null);
    }

    async Task<FoundListings> FetchAsync(SparkAccount account, NearbySalesPlan plan, WatchedLead lead, CancellationToken cancel)
    {
        var area = new LeadArea(lead.Point, lead.RadiusMiles ?? plan.RadiusMiles);
        var queries = new Queue<AreaQuery>(AreaPlanner.Plan([area], PlanOptions.From(account, options), SalesDensity.Unknown));
        var found = new FoundListings();
        while (queries.TryDequeue(out var query))
        {
            try
            {
                await spark.ClosedSalesAsync(account, "nearby_refresh", plan.Query(query.Areas), found, cancel);
            }
            catch (UpstreamException failure) when (failure.Kind == UpstreamFailure.TooComplex && AreaPlanner.Split(query) is { Count: > 1 } parts)
            {
                foreach (var part in parts) queries.Enqueue(part);
            }
        }
        return found;
    }

    static async Task<IReadOnlyList<string>> StoreAsync(
        Transaction transaction, Guid organizationId, Guid leadId, NearbySalesPlan plan, IReadOnlyList<FoundSale> found)
    {
        await transaction.ExecuteAsync("select from leads where organization_id = @organizationId and id = @leadId for update", new { organizationId, leadId });
        if (found.Count > 0) await FoundSaleStore.AddAsync(transaction, organizationId, runId: null, found);
        await PendingSaleStore.ReopenAsync(transaction, organizationId, leadId);
        var pending = await PendingSaleStore.ListForLeadAsync(transaction, organizationId, leadId);
        if (pending.Count == 0) return [];
        await SaleAlerts.DecideAsync(transaction, organizationId, runId: null, pending[0].LeadOwnerId, pending, plan.RadiusMiles, NotNear);
        return await transaction.QueryAsync<string>(
            """
            select listing_key from nearby_sales where organization_id = @organizationId and lead_id = @leadId and id = any (@ids)
            order by close_date desc, id desc
            """, new { organizationId, leadId, ids = pending.Select(sale => sale.Id).ToArray() });
    }
}
