using TwoStory.Core.Accounts;
using TwoStory.Core.Data;
using TwoStory.Core.Jobs;
using TwoStory.Core.NearbySales.Planning;
using TwoStory.Core.Providers.Spark;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.NearbySales;

/// <summary>Every morning: which homes were sold near each lead. Spark is asked for areas, each of which serves many leads.</summary>
sealed class NearbySalesJob(
    Database database, JobStore runs, BatchStore batches, SparkAccounts accounts, SparkClient spark, SalesDensityStore densities, NearbySalesNotifier telling,
    SubscriptionLimits subscription, SparkOptions options, TimeProvider time) : IJob
{
    const int RowsPerWrite = 5_000;

    public string Kind => JobKinds.NearbySales;

    public JobSchedule Schedule { get; } = new(new TimeOnly(6, 0));

    public async Task<JobPlan> PlanAsync(JobRun run, CancellationToken cancel)
    {
        await subscription.StoreAsync(run.OrganizationId, cancel);
        var tenant = database.Tenant(run.OrganizationId);
        var account = await accounts.LoadAsync(run.OrganizationId, cancel);
        var leads = await WatchedLeads.AllAsync(tenant, cancel);
        var plan = await NearbySalesPlanner.PlanAsync(tenant, runs, time, leads.Count, account.PageSize, cancel)
            ?? throw new JobRefusedException("organization_not_found", "The organization is gone.");
        var areas = leads.Select(lead => new LeadArea(lead.Point, lead.RadiusMiles ?? plan.RadiusMiles)).ToList();
        var queries = AreaPlanner.Plan(areas, PlanOptions.From(account, options), await densities.LoadAsync(run.OrganizationId, cancel));
        return new JobPlan(plan.ToJson(), [.. queries.Select(AreaWork.Write)]);
    }

    public async Task FetchAsync(JobRun run, JobBatch batch, CancellationToken cancel)
    {
        var plan = NearbySalesPlan.FromJson(await runs.SettingsAsync(new OrganizationRun(run.Id, run.OrganizationId, Kind), cancel));
        var account = await accounts.LoadAsync(run.OrganizationId, cancel) with { Counting = stop => batches.CountRequestAsync(run, batch, stop) };
        var listings = new FoundListings();
        try
        {
            await spark.ClosedSalesAsync(account, "search", plan.Query(AreaWork.Read(batch.Work).Areas), listings, cancel);
        }
        catch (UpstreamException failure) when (failure.Kind == UpstreamFailure.CapReached)
        {
            // The pages that were paid for are told. The batch is not done: a later run asks for all of it.
            await MatchAsync(run, plan, listings, cancel);
            throw;
        }
        var report = await MatchAsync(run, plan, listings, cancel);
        await database.Tenant(run.OrganizationId).TransactAsync(transaction => BatchStore.CompleteAsync(transaction, run, batch, report), cancel);
    }

    async Task<BatchReport> MatchAsync(JobRun run, NearbySalesPlan plan, FoundListings listings, CancellationToken cancel)
    {
        var tenant = database.Tenant(run.OrganizationId);
        var match = new NearbyMatch(plan, listings.Listings);
        var matched = new HashSet<string>();
        var matches = 0;
        foreach (var found in match.Near(await WatchedLeads.AllAsync(tenant, cancel)).Chunk(RowsPerWrite))
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
            Errors = fault is null ? [] : [new JobError(run.OrganizationId, null, fault, "Spark's pages did not come to an end; some sales of this area may be missing.")],
            SalePoints = [.. match.Sales.Where(sale => sale.CloseDate >= plan.From).SelectMany(sale => new[] { sale.Point!.Value.Latitude, sale.Point.Value.Longitude })],
        };
    }

    public IReadOnlyList<string>? Split(string work)
    {
        var parts = AreaPlanner.Split(AreaWork.Read(work));
        return parts.Count > 1 ? [.. parts.Select(AreaWork.Write)] : null;
    }

    public Task LearnAsync(JobRun run, Transaction transaction) => SalesDensityStore.LearnAsync(transaction, run);

    public async Task<int> CountLeftOutAsync(JobRun run, CancellationToken cancel) =>
        (await batches.GivenUpAsync(run, cancel)).Sum(work => AreaWork.Read(work).Leads);

    public Task<IReadOnlyList<Guid>> AgentsToNotifyAsync(JobRun run, CancellationToken cancel) =>
        FoundSaleStore.AgentsAsync(database.Tenant(run.OrganizationId), cancel);

    public Task<BatchReport> NotifyAsync(JobRun run, Guid agentId, Transaction transaction) => telling.NotifyAsync(run, agentId, transaction);
}
