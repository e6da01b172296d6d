using TwoStory.Core.Data;
using TwoStory.Core.Jobs;
using TwoStory.Core.Providers.RentCast;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Valuations;

/// <summary>The result of one attempt at the homes of a batch.</summary>
/// <param name="Valued">The number of homes that were valued or have no estimate.</param>
/// <param name="Outage">The last failure when the provider stopped answering; its homes are postponed, not failed.</param>
/// <param name="Transient">The first failure of a single home that another attempt may avoid; null for none.</param>
sealed record ValuedHomes(int Valued, UpstreamException? Outage, UpstreamException? Transient, BatchReport Report);

/// <summary>
/// Fetches the values of the homes of a batch and stores them. A failure is the home's own only when the provider rejects the home, or
/// answers for another home afterwards. Failures that no answer follows are an outage of the provider.
/// </summary>
sealed class HomeValuer(Database database, BatchResults results, RentCastClient rentCast)
{
    sealed record FailedHome(IReadOnlyList<DueLead> Leads, UpstreamException Failure);

    /// <exception cref="UpstreamException">A limit, a cap or refused credentials: they concern all homes.</exception>
    public async Task<ValuedHomes> ValueAsync(
        JobRun run, JobBatch batch, IReadOnlyList<IReadOnlyList<DueLead>> homes, DateOnly today, CancellationToken cancel)
    {
        var failed = new List<FailedHome>();
        var unanswered = new List<FailedHome>();
        var valued = 0;
        // Each attempt begins with another home, so that a few bad ones at the beginning do not keep the others from being tried.
        foreach (var home in homes.Skip(batch.Attempts % Math.Max(1, homes.Count)).Concat(homes.Take(batch.Attempts % Math.Max(1, homes.Count))))
        {
            var failure = unanswered is [.., { Failure: var last }] && IsCircuitOpen(last) ? last : await TryValueAsync(run, batch, home, today, cancel);
            if (failure is not null && IsAway(failure))
            {
                unanswered.Add(new FailedHome(home, failure));
                continue;
            }
            failed.AddRange(unanswered);
            unanswered.Clear();
            if (failure is null) valued++;
            else failed.Add(new FailedHome(home, failure));
        }
        await StoreAsync(run, [.. failed, .. unanswered], today, cancel);
        return new ValuedHomes(valued, unanswered.Count > 0 ? unanswered[^1].Failure : null, failed.Find(home => IsAway(home.Failure))?.Failure, Report(run, failed, unanswered));
    }

    /// <returns>The failure that concerns this home or an outage; null when it was valued or has no estimate.</returns>
    async Task<UpstreamException?> TryValueAsync(JobRun run, JobBatch batch, IReadOnlyList<DueLead> home, DateOnly today, CancellationToken cancel)
    {
        try
        {
            var estimate = await rentCast.GetValueAsync(
                run.OrganizationId, "value", home[0].ToValue(), stop => results.CountRequestAsync(run, batch, stop), cancel);
            await database.Tenant(run.OrganizationId).TransactAsync(
                async transaction =>
                {
                    if (estimate is null) await ValuationStore.AddFailureAsync(transaction, run.OrganizationId, home, errorCode: null, today);
                    else await ValuationStore.AddValueAsync(transaction, run.OrganizationId, run.Id, home, estimate, today);
                    await ComparablesStore.StoreAsync(
                        transaction, run.OrganizationId, [.. home.Select(lead => lead.Id)], home[0].ComparablesKey, estimate, today);
                    return true;
                }, cancel);
            return null;
        }
        catch (UpstreamException failure)
            when (failure.Kind is not (UpstreamFailure.Refused or UpstreamFailure.LimitReached or UpstreamFailure.CapReached))
        {
            return failure;
        }
    }

    // Only a rejection is an answer about the home. Homes with another failure stay due: the next day catches up.
    Task StoreAsync(JobRun run, IReadOnlyList<FailedHome> homes, DateOnly today, CancellationToken cancel) =>
        homes.Count == 0 ? Task.CompletedTask : database.Tenant(run.OrganizationId).TransactAsync(
            async transaction =>
            {
                foreach (var group in homes.GroupBy(home => (home.Failure.Code, IsAway: IsAway(home.Failure))))
                {
                    var leads = group.SelectMany(home => home.Leads).ToList();
                    await ValuationStore.AddFailureAsync(transaction, run.OrganizationId, leads, group.Key.Code, today, group.Key.IsAway);
                }
                return true;
            }, cancel);

    static BatchReport Report(JobRun run, IReadOnlyList<FailedHome> failed, IReadOnlyList<FailedHome> postponed)
    {
        var errors = failed.Select(home => new JobError(run.OrganizationId, home.Leads[0].Id, home.Failure.Code, home.Failure.Message)).ToList();
        if (postponed is [var only]) errors.Add(new JobError(run.OrganizationId, only.Leads[0].Id, only.Failure.Code, only.Failure.Message));
        else if (postponed.Count > 1) errors.Add(new JobError(run.OrganizationId, null, postponed[0].Failure.Code, postponed[0].Failure.Message));
        return new BatchReport { Failures = errors.Count, Errors = errors, Postponed = postponed.Sum(home => home.Leads.Count) };
    }

    static bool IsAway(UpstreamException failure) => failure.Kind is UpstreamFailure.Unavailable or UpstreamFailure.BadAnswer;

    static bool IsCircuitOpen(UpstreamException failure) => failure.Code == $"{failure.Provider}_circuit_open";
}
