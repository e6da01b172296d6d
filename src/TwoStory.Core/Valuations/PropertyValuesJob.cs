using System.Text.Json;
using TwoStory.Core.Accounts;
using TwoStory.Core.Data;
using TwoStory.Core.Jobs;
using TwoStory.Core.Providers.RentCast;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Valuations;

/// <summary>The settings of one run of the property-value job, frozen when it is planned.</summary>
/// <param name="Leads">The number of due leads.</param>
/// <param name="Today">The organization's local date: the date of the valuations.</param>
/// <param name="ThresholdPercent">The smallest change that becomes a notification, in percent.</param>
/// <param name="EmailMode">per_run or off.</param>
sealed record PropertyValuesPlan(int Leads, DateOnly Today, decimal ThresholdPercent, string EmailMode)
{
    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    public static PropertyValuesPlan FromJson(string json) => JsonSerializer.Deserialize<PropertyValuesPlan>(json, JsonSerializerOptions.Web)!;
}

/// <summary>Values the home of each lead, every Sunday. Leads of the same home share one call.</summary>
sealed class PropertyValuesJob(
    Database database, JobStore runs, BatchResults results, RentCastClient rentCast, AgentNotifier notifier, SubscriptionLimits subscription, TimeProvider time)
    : IJob
{
    const int HomesPerBatch = 10;

    public string Kind => JobKinds.PropertyValues;

    public JobSchedule Schedule { get; } = new(new TimeOnly(0, 0), DayOfWeek.Sunday);

    sealed record Settings(string TimeZone, decimal ValueChangePercent, string EmailMode);

    public async Task<JobPlan> PlanAsync(JobRun run, CancellationToken cancel)
    {
        await subscription.EnforceAsync(run.OrganizationId, cancel);
        var tenant = database.Tenant(run.OrganizationId);
        var settings = await tenant.QueryFirstAsync<Settings>(
            "select time_zone, value_change_percent, email_mode from organizations where id = @organizationId", null, cancel)
            ?? throw new JobRefusedException("organization_not_found", "The organization does not exist.");
        var today = time.Today(settings.TimeZone);
        var due = (await DueLeads.ListAsync(tenant, today, cancel)).Where(lead => lead.CanBeValued).ToList();
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
        var due = await DueLeads.StillDueAsync(tenant, leads, plan.Today, cancel);
        var errors = new List<JobError>();
        var homes = due.Where(lead => lead.CanBeValued).GroupBy(lead => lead.Home).ToList();
        foreach (var home in homes)
        {
            if (await ValueAsync(run, batch, plan, [.. home], cancel) is { } error) errors.Add(error);
        }
        // Leads that are no longer due were valued by an earlier attempt.
        var failed = homes.Count > 0 && errors.Count == homes.Count && due.Count == leads.Length;
        var report = new BatchReport { Failures = errors.Count, Errors = errors, Failed = failed };
        await tenant.TransactAsync(transaction => BatchResults.CompleteAsync(transaction, run, batch, report), cancel);
    }

    /// <returns>The error of this home alone; null when it was valued or has no estimate.</returns>
    async Task<JobError?> ValueAsync(JobRun run, JobBatch batch, PropertyValuesPlan plan, IReadOnlyList<DueLead> home, CancellationToken cancel)
    {
        var tenant = database.Tenant(run.OrganizationId);
        var leads = home.Select(lead => lead.Id).ToList();
        try
        {
            var estimate = await rentCast.GetValueAsync(
                run.OrganizationId, "value", home[0].ToValue(), stop => results.CountRequestAsync(run, batch, stop), cancel);
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
        catch (UpstreamException failure) when (ConcernsOneHome(failure, batch))
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

    // A limit, a cap and refused credentials concern all homes: the run waits or ends. Other failures concern this home only, except
    // that an outage or an unreadable response retries the batch once.
    static bool ConcernsOneHome(UpstreamException failure, JobBatch batch) => failure.Kind switch
    {
        UpstreamFailure.Refused or UpstreamFailure.LimitReached or UpstreamFailure.CapReached => false,
        UpstreamFailure.Unavailable or UpstreamFailure.BadAnswer => batch.Attempts > 0,
        _ => true,
    };

    public IReadOnlyList<string>? Split(string work) => null;

    public Task LearnAsync(JobRun run, Transaction transaction) => Task.CompletedTask;

    public async Task<int> CountLeftOutAsync(JobRun run, CancellationToken cancel)
    {
        var failed = await results.FailedWorkAsync(run, cancel);
        if (failed.Count == 0) return 0;
        var plan = PropertyValuesPlan.FromJson(await runs.SettingsAsync(new OrganizationRun(run.Id, run.OrganizationId, Kind), cancel));
        var leads = failed.SelectMany(work => JsonSerializer.Deserialize<Guid[]>(work)!).ToList();
        return (await DueLeads.StillDueAsync(database.Tenant(run.OrganizationId), leads, plan.Today, cancel)).Count(lead => lead.CanBeValued);
    }

    public Task<IReadOnlyList<Guid>> AgentsToNotifyAsync(JobRun run, CancellationToken cancel) =>
        PendingValueStore.AgentsAsync(database.Tenant(run.OrganizationId), cancel);

    public Task<BatchReport> NotifyAsync(JobRun run, Guid agentId, Transaction transaction) =>
        notifier.NotifyAsync(new ValueAlerts(), run, agentId, transaction);
}
