using TwoStory.Core.Accounts;
using TwoStory.Core.Data;
using TwoStory.Core.Jobs;
using TwoStory.Core.Leads;
using TwoStory.Core.NearbySales.Planning;
using TwoStory.Core.Providers;
using TwoStory.Core.Providers.Spark;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.NearbySales;

/// <summary>A lead's sales after somebody had the MLS asked for them.</summary>
/// <param name="Items">The newest 100 of all that are known, newest first.</param>
/// <param name="Next">Where the list goes on at <c>GET leads/{id}/nearby-sales</c>; null when that is all.</param>
/// <param name="Added">The listing keys that were not known before.</param>
/// <param name="Complete">False when the MLS's pages did not come to an end, so that more may be missing.</param>
public sealed record RefreshedSales(IReadOnlyList<NearbySale> Items, string? Next, IReadOnlyList<string> Added, bool Complete);

/// <summary>
/// Asks the MLS now for the sales near one lead. What is new is kept, decided about and told in one transaction, by the rules of the
/// nightly run, but as a notification only: no mail is sent about what somebody is looking at. The next run meets these sales
/// again, finds them known and decided, and says nothing. What a run has found and not told yet stays the run's, mail and all.
/// The lead's row is locked throughout, so that a run, or another refresh, comes before or after and never in between.
/// </summary>
public sealed class NearbySalesRefresh(
    Database database, LeadService leads, LeadHistory history, JobStore runs, SparkAccounts accounts, SparkClient spark, SparkOptions options, TimeProvider time)
{
    static readonly PageRequest Newest = new(PageRequest.MaxLimit, null);

    // Unlike in a run, a sale near a lead that is not watched stays: somebody asked to see it.
    static readonly IReadOnlyCollection<string> NotNear = [.. FoundSaleStore.NotNear.Where(reason => reason != "not_watched")];

    /// <exception cref="NotFoundException">There is no such lead that the caller may see.</exception>
    /// <exception cref="ConflictException">The lead's home is not on the map.</exception>
    /// <exception cref="UpstreamException">Spark cannot be asked, or not now.</exception>
    public async Task<RefreshedSales> RefreshAsync(Caller caller, Guid leadId, CancellationToken cancel)
    {
        var lead = await leads.GetAsync(caller, leadId, cancel);
        if (!lead.LocationPrecision.IsPrecise() || (lead.Latitude, lead.Longitude) is not ({ } latitude, { } longitude) || !new GeoPoint(latitude, longitude).IsGeocoded)
        {
            throw new ConflictException("lead_not_placed", "It is not known where the lead's home is. Correct the address, or send latitude and longitude.");
        }
        var tenant = database.Tenant(caller.OrganizationId);
        var account = await accounts.LoadAsync(caller.OrganizationId, cancel);
        var plan = await NearbySalesPlanner.PlanAsync(tenant, runs, time, 1, account.PageSize, cancel)
            ?? throw new NotFoundException("organization_not_found", "The organization is gone.");
        var watched = new WatchedLead(leadId, latitude, longitude, (double?)lead.RadiusMiles);
        var listings = await FetchAsync(account, plan, watched, cancel);
        var found = new NearbyMatch(plan, listings.Listings).Near([watched]).ToList();
        var added = await tenant.TransactAsync(transaction => StoreAsync(transaction, caller.OrganizationId, leadId, plan, found), cancel);
        var page = await history.SalesAsync(caller.OrganizationId, leadId, Newest, cancel);
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
        var fresh = await FoundSaleStore.PendingForLeadAsync(transaction, organizationId, leadId);
        if (fresh.Count == 0) return [];
        await SaleDecisions.DecideAsync(transaction, organizationId, runId: null, fresh[0].LeadOwnerId, fresh, plan.RadiusMiles, NotNear);
        return await transaction.QueryAsync<string>(
            """
            select listing_key from nearby_sales where organization_id = @organizationId and lead_id = @leadId and id = any (@fresh)
            order by close_date desc, id desc
            """, new { organizationId, leadId, fresh = fresh.Select(sale => sale.Id).ToArray() });
    }
}
