using System.Text.Json;
using Microsoft.Extensions.Options;
using TwoStory.Core.Accounts;
using TwoStory.Core.Data;
using TwoStory.Core.Jobs;

namespace TwoStory.Core.Valuations;

/// <summary>The settings of one run of the property-value job, frozen when it is planned.</summary>
/// <param name="Leads">The number of due leads.</param>
/// <param name="Today">The organization's local date: the date of the valuations.</param>
/// <param name="ThresholdPercent">The smallest change that becomes a notification, in percent.</param>
/// <param name="EmailMode">per_run or off.</param>
/// <param name="NotWatched">The number of leads that are left out because their value alerts are off or paused.</param>
sealed record PropertyValuesPlan(int Leads, DateOnly Today, decimal ThresholdPercent, string EmailMode, int NotWatched = 0)
{
    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    public static PropertyValuesPlan FromJson(string json) => JsonSerializer.Deserialize<PropertyValuesPlan>(json, JsonSerializerOptions.Web)!;
}

/// <summary>
/// Values the home of each lead, every Sunday. Leads of the same home share one call. On the following days it catches up on homes
/// that the week's runs did not reach.
/// </summary>
sealed class PropertyValuesJob(
    Database database, JobStore runs, BatchResults results, HomeValuer valuer, AgentNotifier notifier, SubscriptionLimits subscription,
    IOptions<JobOptions> options, TimeProvider time) : IJob
{
    const int HomesPerBatch = 10;

    public string Kind => JobKinds.PropertyValues;

    public JobSchedule Schedule { get; } = new(new TimeOnly(0, 0), DayOfWeek.Sunday);

    public JobSchedule? CatchUp { get; } = new(new TimeOnly(0, 0));

    public int? MaxAttempts => options.Value.MaxOutageAttempts;

    sealed record Settings(string TimeZone, decimal ValueChangePercent, string EmailMode);

    public async Task<JobPlan> PlanAsync(JobRun run, CancellationToken cancel)
    {
        await subscription.EnforceAsync(run.OrganizationId, cancel);
        var tenant = database.Tenant(run.OrganizationId);
        var settings = await tenant.QueryFirstAsync<Settings>(
            "select time_zone, value_change_percent, email_mode from organizations where id = @organizationId", null, cancel)
            ?? throw new JobRefusedException("organization_not_found", "The organization does not exist.");
        var today = time.Today(settings.TimeZone);
        var due = (await DueLeads.ListAsync(tenant, today, WeekToCatchUp(run), cancel)).Where(lead => lead.CanBeValued).ToList();
        var notWatched = await DueLeads.CountNotWatchedAsync(tenant, among: null, cancel);
        var homes = due.GroupBy(lead => lead.Home).Select(home => home.Select(lead => lead.Id).ToArray());
        return new JobPlan(
            new PropertyValuesPlan(due.Count, today, settings.ValueChangePercent, settings.EmailMode, notWatched).ToJson(),
            [.. homes.Chunk(HomesPerBatch).Select(chunk => JsonSerializer.Serialize(chunk.SelectMany(leads => leads)))]);
    }

    public async Task FetchAsync(JobRun run, JobBatch batch, CancellationToken cancel)
    {
        var plan = PropertyValuesPlan.FromJson(await runs.SettingsAsync(new OrganizationRun(run.Id, run.OrganizationId, Kind), cancel));
        var tenant = database.Tenant(run.OrganizationId);
        var leads = JsonSerializer.Deserialize<Guid[]>(batch.Work)!;
        var due = (await DueLeads.StillDueAsync(tenant, leads, plan.Today, cancel)).Where(lead => lead.CanBeValued).ToList();
        var homes = due.GroupBy(lead => lead.Home).Select(home => (IReadOnlyList<DueLead>)[.. home]).ToList();
        var outcome = await valuer.ValueAsync(run, batch, homes, plan.Today, cancel);
        if (outcome.Outage is { } outage && batch.Attempts + 1 < MaxAttempts) throw outage;
        // Homes that failed alone get one more attempt; those that were valued are not due any more.
        if (outcome.Transient is { } transient && batch.Attempts == 0) throw transient;
        var report = outcome.Report with
        {
            NotWatched = await DueLeads.CountNotWatchedAsync(tenant, leads, cancel),
            // Leads that are no longer due were valued by an earlier attempt.
            Failed = outcome is { Valued: 0, Report.Failures: > 0 } && due.Count == leads.Length,
        };
        await tenant.TransactAsync(transaction => BatchResults.CompleteAsync(transaction, run, batch, report), cancel);
    }

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

    // The Sunday before the day of a run that catches up; null for a run of all homes.
    static DateOnly? WeekToCatchUp(JobRun run) =>
        run.Occurrence is { DayOfWeek: not DayOfWeek.Sunday } day ? day.AddDays(-(int)day.DayOfWeek) : null;
}
