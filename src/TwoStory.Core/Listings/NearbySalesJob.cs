using TwoStory.Core.Credentials;
using TwoStory.Core.Data;
using TwoStory.Core.Jobs;
using TwoStory.Core.Listings.Planning;
using TwoStory.Core.Subscriptions;
using TwoStory.Core.Usage;

namespace TwoStory.Core.Listings;

/// <summary>Every morning: which homes were sold near each lead. Spark is asked for areas, each of which serves many leads.</summary>
sealed class NearbySalesJob(
    Database database, JobStore runs, BatchStore batches, SparkAccounts accounts, SparkCredentialStore credentials, SparkClient spark, SalesDensityStore densities, NearbySalesTelling telling,
    SubscriptionLimits subscription, UpstreamOptions upstreams, TimeProvider time) : IJob
{
    // The MLS serves reads from caches up to this old: https://sparkplatform.com/docs/supporting_documentation/replication
    static readonly TimeSpan Overlap = TimeSpan.FromMinutes(20);

    const int LateReportDays = 45;

    const int RowsPerWrite = 5_000;

    public string Kind => JobKinds.NearbySales;

    public JobSchedule Schedule { get; } = new(new TimeOnly(6, 0));

    sealed record Settings(string TimeZone, double RadiusMiles, int WindowDays, string EmailMode);

    public async Task<JobPlan> PlanAsync(JobRun run, CancellationToken cancel)
    {
        await subscription.KeepAsync(run.OrganizationId, cancel);
        var tenant = database.Tenant(run.OrganizationId);
        var account = await accounts.LoadAsync(run.OrganizationId, cancel);
        var settings = await tenant.QueryFirstAsync<Settings>(
            "select time_zone, radius_miles::double precision, window_days, email_mode from organizations where id = @organizationId", null, cancel)
            ?? throw new JobRefused("organization_not_found", "The organization is gone.");
        var leads = await WatchedLeads.AllAsync(tenant, cancel);
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(settings.TimeZone)).DateTime);
        var lastGood = await runs.LastGoodStartAsync(Kind, run.OrganizationId, cancel);
        var plan = new NearbySalesPlan(
            leads.Count, account.PageSize, today, today.AddDays(-settings.WindowDays), today.AddDays(-LateReportDays), lastGood - Overlap,
            settings.RadiusMiles, settings.EmailMode);
        var areas = leads.Select(lead => new LeadArea(lead.Point, lead.RadiusMiles ?? settings.RadiusMiles)).ToList();
        var queries = AreaPlanner.Plan(areas, Options(account), await densities.LoadAsync(run.OrganizationId, cancel));
        return new JobPlan(plan.ToJson(), [.. queries.Select(AreaWork.Write)]);
    }

    public async Task AskAsync(JobRun run, JobBatch batch, CancellationToken cancel)
    {
        var plan = NearbySalesPlan.FromJson(await runs.SettingsAsync(new OrganizationRun(run.Id, run.OrganizationId, Kind), cancel));
        var account = await accounts.LoadAsync(run.OrganizationId, cancel) with { Counting = stop => batches.CountRequestAsync(run, batch, stop) };
        var filter = SparkSalesFilter.ClosedSales(plan, AreaWork.Read(batch.Work).Areas, upstreams.Spark.GeoFilter);
        var listings = new Dictionary<string, Listing>();
        string? fault = null;
        try
        {
            await foreach (var page in spark.SearchAsync(account, filter, cancel))
            {
                foreach (var listing in page.Listings) listings[listing.Key] = listing;
                fault = page.Fault;
            }
        }
        catch (UpstreamException failure) when (failure.Kind == UpstreamFailure.Refused)
        {
            await credentials.MarkRefusedAsync(run.OrganizationId, cancel);
            throw;
        }
        catch (UpstreamException failure) when (failure.Kind == UpstreamFailure.CapReached)
        {
            // The pages that were paid for are told. The batch is not done: a later run asks for all of it.
            await MatchAsync(run, plan, listings, cancel);
            throw;
        }
        var report = await MatchAsync(run, plan, listings, cancel) with
        {
            Failures = fault is null ? 0 : 1,
            Errors = fault is null ? [] : [new JobError(run.OrganizationId, null, fault, "Spark's pages did not come to an end; some sales of this area may be missing.")],
        };
        await database.Tenant(run.OrganizationId).TransactAsync(transaction => BatchStore.CompleteAsync(transaction, run, batch, report), cancel);
    }

    async Task<BatchReport> MatchAsync(JobRun run, NearbySalesPlan plan, Dictionary<string, Listing> listings, CancellationToken cancel)
    {
        var tenant = database.Tenant(run.OrganizationId);
        var sales = listings.Values
            .Where(SaleRules.IsClosedSale)
            .Where(listing => listing.Point is { IsPlaced: true } && plan.WindowOf(listing) is not null)
            .ToList();
        var leads = await WatchedLeads.AllAsync(tenant, cancel);
        var matched = new HashSet<string>();
        var matches = 0;
        var saleKeys = sales.ToDictionary(sale => sale.Key, SaleRules.SaleKey);
        var pairs = SaleMatcher.Match(
            [.. leads.Select(lead => new LeadArea(lead.Point, lead.RadiusMiles ?? plan.RadiusMiles))], [.. sales.Select(sale => sale.Point!.Value)]);
        foreach (var chunk in pairs.Chunk(RowsPerWrite))
        {
            var found = chunk.Select(pair => Found(leads[pair.Lead].Id, sales[pair.Listing], pair.Miles)).ToList();
            matches += found.Count;
            matched.UnionWith(found.Select(sale => sale.Listing.Key));
            await tenant.TransactAsync(transaction => Add(transaction, found), cancel);
        }
        return new BatchReport
        {
            Matches = matches,
            ListingKeys = listings.Keys,
            MatchedKeys = matched,
            SalePoints = [.. sales.Where(sale => sale.CloseDate >= plan.From).SelectMany(sale => new[] { sale.Point!.Value.Latitude, sale.Point.Value.Longitude })],
        };

        FoundSale Found(Guid leadId, Listing sale, double miles)
        {
            var (from, to) = plan.WindowOf(sale)!.Value;
            return new FoundSale(leadId, sale, saleKeys[sale.Key], miles, from, to);
        }

        async Task<int> Add(Transaction transaction, List<FoundSale> found)
        {
            await FoundSaleStore.AddAsync(transaction, run.OrganizationId, run.Id, found);
            return found.Count;
        }
    }

    public IReadOnlyList<string>? Split(string work)
    {
        var parts = AreaPlanner.Split(AreaWork.Read(work));
        return parts.Count > 1 ? [.. parts.Select(AreaWork.Write)] : null;
    }

    public Task LearnAsync(JobRun run, Transaction transaction) => SalesDensityStore.LearnAsync(transaction, run);

    public async Task<int> CountLeftOutAsync(JobRun run, CancellationToken cancel) =>
        (await batches.GivenUpAsync(run, cancel)).Sum(work => AreaWork.Read(work).Leads);

    public Task<IReadOnlyList<Guid>> AgentsToTellAsync(JobRun run, CancellationToken cancel) =>
        FoundSaleStore.AgentsAsync(database.Tenant(run.OrganizationId), cancel);

    public Task<BatchReport> TellAsync(JobRun run, Guid agentId, Transaction transaction) => telling.TellAsync(run, agentId, transaction);

    PlanOptions Options(SparkAccount account) => new()
    {
        PageSize = account.PageSize,
        AreasPerRequest = upstreams.Spark.AreasPerRequest,
        Filter = upstreams.Spark.GeoFilter,
    };
}
