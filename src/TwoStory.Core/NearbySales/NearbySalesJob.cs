using TwoStory.Core.Accounts;
using TwoStory.Core.Data;
using TwoStory.Core.Jobs;
using TwoStory.Core.NearbySales.Planning;
using TwoStory.Core.Providers.Spark;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.NearbySales;

/// <summary>Finds the homes sold near each lead, every morning. One query covers the circles of many leads.</summary>
sealed class NearbySalesJob(
    Database database, JobStore runs, BatchResults results, SparkAccounts accounts, SparkClient spark, SalesDensityStore densities, AgentNotifier notifier,
    SubscriptionLimits subscription, SparkOptions options, TimeProvider time) : IJob
{
    const int RowsPerWrite = 5_000;

    public string Kind => JobKinds.NearbySales;

    public JobSchedule Schedule { get; } = new(new TimeOnly(6, 0));

    public async Task<JobPlan> PlanAsync(JobRun run, CancellationToken cancel)
    {
        await subscription.EnforceAsync(run.OrganizationId, cancel);
        var tenant = database.Tenant(run.OrganizationId);
        var account = await accounts.LoadAsync(run.OrganizationId, cancel);
        var leads = await WatchedLeads.AllAsync(tenant, cancel);
        var plan = await NearbySalesPlanner.PlanAsync(tenant, runs, time, leads.Count, account.PageSize, cancel)
            ?? throw new JobRefusedException("organization_not_found", "The organization does not exist.");
        var areas = leads.Select(lead => new LeadArea(lead.Point, lead.RadiusMiles ?? plan.RadiusMiles)).ToList();
        var queries = AreaPlanner.Plan(areas, PlanOptions.From(account, options), await densities.LoadAsync(run.OrganizationId, cancel));
        return new JobPlan(plan.ToJson(), [.. queries.Select(AreaWork.Write)]);
    }

    public async Task FetchAsync(JobRun run, JobBatch batch, CancellationToken cancel)
    {
        var plan = NearbySalesPlan.FromJson(await runs.SettingsAsync(new OrganizationRun(run.Id, run.OrganizationId, Kind), cancel));
        var account = await accounts.LoadAsync(run.OrganizationId, cancel) with { Counting = stop => results.CountRequestAsync(run, batch, stop) };
        var listings = new FoundListings();
        try
        {
            await spark.ClosedSalesAsync(account, "search", plan.Query(AreaWork.Read(batch.Work).Areas), listings, cancel);
        }
        catch (UpstreamException failure) when (failure.Kind == UpstreamFailure.CapReached)
        {
            // The fetched pages are used. The batch is not completed: a later run fetches all of it.
            await StoreMatchesAsync(run, plan, listings, cancel);
            throw;
        }
        var report = await StoreMatchesAsync(run, plan, listings, cancel);
        await database.Tenant(run.OrganizationId).TransactAsync(transaction => BatchResults.CompleteAsync(transaction, run, batch, report), cancel);
    }

    async Task<BatchReport> StoreMatchesAsync(JobRun run, NearbySalesPlan plan, FoundListings listings, CancellationToken cancel)
    {
        var tenant = database.Tenant(run.OrganizationId);
        var match = new NearbyMatch(plan, listings.Listings);
        var matched = new HashSet<string>();
        var matches = 0;
        var leads = await WatchedLeads.NearAsync(tenant, [.. match.Sales.Select(sale => sale.Point!.Value)], plan.RadiusMiles, cancel);
        foreach (var found in match.Near(leads).Chunk(RowsPerWrite))
        {
            matches += found.Length;
            matched.UnionWith(found.Select(sale => sale.Listing.Key));
            await tenant.TransactAsync(transaction => FoundSaleStore.AddAsync(transaction, run.OrganizationId, run.Id, found), cancel);
        }
        var fault = listings.Fault;
        return new BatchReport
        {
            Matches = matches,
            ListingKeys = listings.Keys,
            MatchedKeys = matched,
            Failures = fault is null ? 0 : 1,
            Errors = fault is null
                ? []
                : [new JobError(run.OrganizationId, null, fault, "Spark did not return a last page. Some sales in this area may be missing.")],
            SalePoints =
            [
                .. match.Sales.Where(sale => sale.CloseDate >= plan.From).SelectMany(sale => new[] { sale.Point!.Value.Latitude, sale.Point.Value.Longitude }),
            ],
        };
    }

    public IReadOnlyList<string>? Split(string work)
    {
        var parts = AreaPlanner.Split(AreaWork.Read(work));
        return parts.Count > 1 ? [.. parts.Select(AreaWork.Write)] : null;
    }

    public Task LearnAsync(JobRun run, Transaction transaction) => SalesDensityStore.LearnAsync(transaction, run);

    public async Task<int> CountLeftOutAsync(JobRun run, CancellationToken cancel) =>
        (await results.FailedWorkAsync(run, cancel)).Sum(work => AreaWork.Read(work).Leads);

    public async Task<IReadOnlyList<Guid>> AgentsToNotifyAsync(JobRun run, CancellationToken cancel)
    {
        var tenant = database.Tenant(run.OrganizationId);
        await tenant.TransactAsync(
            async transaction =>
            {
                await PendingSaleStore.ReopenAsync(transaction, run.OrganizationId, leadId: null);
                return true;
            }, cancel);
        return await PendingSaleStore.AgentsAsync(tenant, cancel);
    }

    public Task<BatchReport> NotifyAsync(JobRun run, Guid agentId, Transaction transaction) =>
        notifier.NotifyAsync(new SaleAlerts(), run, agentId, transaction);
}
