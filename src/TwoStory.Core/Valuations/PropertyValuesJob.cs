using System.Text.Json;
using TwoStory.Core.Accounts;
using TwoStory.Core.Data;
using TwoStory.Core.Jobs;
using TwoStory.Core.Providers.RentCast;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Valuations;

/// <summary>Every Sunday: what each lead's home is worth now. One call for a home, however many leads live in it.</summary>
sealed class PropertyValuesJob(
    Database database, JobStore runs, BatchStore batches, RentCastClient rentCast, PropertyValuesNotifier telling, SubscriptionLimits subscription, TimeProvider time) : IJob
{
    const int HomesPerBatch = 10;

    public string Kind => JobKinds.PropertyValues;

    public JobSchedule Schedule { get; } = new(new TimeOnly(0, 0), DayOfWeek.Sunday);

    sealed record Settings(string TimeZone, decimal ValueChangePercent, string EmailMode);

    public async Task<JobPlan> PlanAsync(JobRun run, CancellationToken cancel)
    {
        await subscription.StoreAsync(run.OrganizationId, cancel);
        var tenant = database.Tenant(run.OrganizationId);
        var settings = await tenant.QueryFirstAsync<Settings>(
            "select time_zone, value_change_percent, email_mode from organizations where id = @organizationId", null, cancel)
            ?? throw new JobRefusedException("organization_not_found", "The organization is gone.");
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(settings.TimeZone)).DateTime);
        var due = (await ValuationStore.DueAsync(tenant, today, cancel)).Where(lead => lead.CanBeValued).ToList();
        var homes = due.GroupBy(lead => lead.Home).Select(home => home.Select(lead => lead.Id).ToArray());
        return new JobPlan(
            new PropertyValuesPlan(due.Count, today, settings.ValueChangePercent, settings.EmailMode).ToJson(),
            [.. homes.Chunk(HomesPerBatch).Select(chunk => JsonSerializer.Serialize(chunk.SelectMany(leads => leads)))]);
    }

    public async Task FetchAsync(JobRun run, JobBatch batch, CancellationToken cancel)
    {
        var plan = PropertyValuesPlan.FromJson(await runs.SettingsAsync(new OrganizationRun(run.Id, run.OrganizationId, Kind), cancel));
        var tenant = database.Tenant(run.OrganizationId);
        var leads = JsonSerializer.Deserialize<Guid[]>(batch.Work)!;
        var due = await ValuationStore.StillDueAsync(tenant, leads, plan.Today, cancel);
        var errors = new List<JobError>();
        var homes = due.Where(lead => lead.CanBeValued).GroupBy(lead => lead.Home).ToList();
        foreach (var home in homes)
        {
            if (await ValueAsync(run, batch, plan, [.. home], cancel) is { } error) errors.Add(error);
        }
        // Those no longer due were valued by an earlier try.
        var failed = homes.Count > 0 && errors.Count == homes.Count && due.Count == leads.Length;
        var report = new BatchReport { Failures = errors.Count, Errors = errors, Failed = failed };
        await tenant.TransactAsync(transaction => BatchStore.CompleteAsync(transaction, run, batch, report), cancel);
    }

    /// <returns>What went wrong with this home alone; null when it was valued or has no estimate.</returns>
    async Task<JobError?> ValueAsync(JobRun run, JobBatch batch, PropertyValuesPlan plan, IReadOnlyList<DueLead> home, CancellationToken cancel)
    {
        var tenant = database.Tenant(run.OrganizationId);
        var leads = home.Select(lead => lead.Id).ToList();
        try
        {
            var estimate = await rentCast.GetValueAsync(run.OrganizationId, "value", home[0].ToValue(), stop => batches.CountRequestAsync(run, batch, stop), cancel);
            await tenant.TransactAsync(
                async transaction =>
                {
                    if (estimate is null) await ValuationStore.AddOutcomeAsync(transaction, run.OrganizationId, leads, "no_estimate", null, plan.Today);
                    else await ValuationStore.AddValueAsync(transaction, run.OrganizationId, run.Id, leads, estimate, plan.Today);
                    await ComparablesStore.StoreAsync(transaction, run.OrganizationId, leads, home[0].Home, estimate, plan.Today);
                    return true;
                }, cancel);
            return null;
        }
        catch (UpstreamException failure) when (IsThisHomesOnly(failure, batch))
        {
            await tenant.TransactAsync(
                async transaction =>
                {
                    await ValuationStore.AddOutcomeAsync(transaction, run.OrganizationId, leads, "failed", failure.Code, plan.Today);
                    return true;
                }, cancel);
            return new JobError(run.OrganizationId, leads[0], failure.Code, failure.Message);
        }
    }

    // A limit, a cap and a refused key concern every home, and wait or end the run; the rest is this home's own,
    // but for an outage or a damaged answer, which is given one more try with the batch.
    static bool IsThisHomesOnly(UpstreamException failure, JobBatch batch) => failure.Kind switch
    {
        UpstreamFailure.Refused or UpstreamFailure.LimitReached or UpstreamFailure.CapReached => false,
        UpstreamFailure.Unavailable or UpstreamFailure.BadAnswer => batch.Attempts > 0,
        _ => true,
    };

    public IReadOnlyList<string>? Split(string work) => null;

    public Task LearnAsync(JobRun run, Transaction transaction) => Task.CompletedTask;

    public async Task<int> CountLeftOutAsync(JobRun run, CancellationToken cancel)
    {
        var givenUp = await batches.GivenUpAsync(run, cancel);
        if (givenUp.Count == 0) return 0;
        var plan = PropertyValuesPlan.FromJson(await runs.SettingsAsync(new OrganizationRun(run.Id, run.OrganizationId, Kind), cancel));
        var leads = givenUp.SelectMany(work => JsonSerializer.Deserialize<Guid[]>(work)!).ToList();
        return (await ValuationStore.StillDueAsync(database.Tenant(run.OrganizationId), leads, plan.Today, cancel)).Count(lead => lead.CanBeValued);
    }

    public Task<IReadOnlyList<Guid>> AgentsToNotifyAsync(JobRun run, CancellationToken cancel) =>
        ValuationStore.AgentsAsync(database.Tenant(run.OrganizationId), cancel);

    public Task<BatchReport> NotifyAsync(JobRun run, Guid agentId, Transaction transaction) => telling.NotifyAsync(run, agentId, transaction);
}
