using TwoStory.Core.Accounts;
using TwoStory.Core.Data;
using TwoStory.Core.Leads;
using TwoStory.Core.Providers.RentCast;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Valuations;

/// <summary>
/// Asks the AVM now what one lead's home is worth. The answer is the day's valuation; a second one on the same day takes its place.
/// It is decided about by the rules of the weekly run and in the transaction that keeps it, and told as a notification without a
/// mail: somebody is looking at it. The next run finds the day's valuation there and decided. What a run has found and not told
/// yet stays the run's, mail and all. The lead's row is locked while the answer is kept, so that a run comes before or after.
/// </summary>
public sealed class ValueRefresh(Database database, LeadService leads, LeadHistory history, RentCastClient rentCast, TimeProvider time)
{
    // A valuation, and the lack of one, is the home's last for a week.
    const int KeptDays = 6;

    sealed record Settings(string TimeZone, decimal ValueChangePercent);

    /// <returns>The newest value, now of today.</returns>
    /// <exception cref="NotFoundException">There is no such lead that the caller may see.</exception>
    /// <exception cref="ConflictException">The lead has neither an address nor a point to ask by.</exception>
    /// <exception cref="UnprocessableException">RentCast has no estimate; a value of before stays, and is stale.</exception>
    /// <exception cref="UpstreamException">RentCast cannot be asked, or not now.</exception>
    public async Task<HomeValue> RefreshAsync(Caller caller, Guid leadId, CancellationToken cancel)
    {
        var lead = await HomeAsync(caller, leadId, cancel);
        var settings = await SettingsAsync(caller, cancel);
        if (await FetchAsync(caller, lead, "value_refresh", settings, cancel) is null) throw NoEstimate();
        var newest = await history.ValuesAsync(caller.OrganizationId, leadId, new PageRequest(1, null), cancel);
        return newest.Items.Count > 0 ? newest.Items[0] : throw Gone();
    }

    /// <summary>The comparables of the home's last valuation. Where there was none within a week, the home is valued now.</summary>
    /// <exception cref="NotFoundException">There is no such lead that the caller may see.</exception>
    /// <exception cref="ConflictException">The lead has neither an address nor a point to ask by.</exception>
    /// <exception cref="UnprocessableException">RentCast has no estimate, and so none.</exception>
    /// <exception cref="UpstreamException">RentCast cannot be asked, or not now.</exception>
    public async Task<LeadComparables> ComparablesAsync(Caller caller, Guid leadId, CancellationToken cancel)
    {
        var lead = await HomeAsync(caller, leadId, cancel);
        var settings = await SettingsAsync(caller, cancel);
        var today = time.Today(settings.TimeZone);
        var kept = await ComparablesStore.FindAsync(database.Tenant(caller.OrganizationId), lead.Home, today.AddDays(-KeptDays), cancel)
            ?? new KeptComparables(today, (await FetchAsync(caller, lead, "comparables", settings, cancel))?.Comparables.Select(ComparableHome.From).ToList());
        return new LeadComparables(leadId, "asking", ValuationStore.Source, kept.AsOf, kept.Items ?? throw NoEstimate());
    }

    async Task<DueLead> HomeAsync(Caller caller, Guid leadId, CancellationToken cancel)
    {
        await leads.GetAsync(caller, leadId, cancel);
        var lead = await ValuationStore.FindAsync(database.Tenant(caller.OrganizationId), leadId, cancel) ?? throw Gone();
        return lead.CanBeValued ? lead : throw new ConflictException(
            "lead_without_address", "A home is valued by its street, city and state, or by its point. Add either to the lead.");
    }

    async Task<Settings> SettingsAsync(Caller caller, CancellationToken cancel) =>
        await database.Tenant(caller.OrganizationId).QueryFirstAsync<Settings>(
            "select time_zone, value_change_percent from organizations where id = @organizationId", null, cancel)
        ?? throw new NotFoundException("organization_not_found", "The organization is gone.");

    /// <returns>Null when there is no estimate.</returns>
    async Task<ValueEstimate?> FetchAsync(Caller caller, DueLead lead, string operation, Settings settings, CancellationToken cancel)
    {
        var tenant = database.Tenant(caller.OrganizationId);
        try
        {
            var estimate = await rentCast.GetValueAsync(caller.OrganizationId, operation, lead.ToValue(), counting: null, cancel);
            // Paid for: kept also when nobody waits for it any more.
            await tenant.TransactAsync(transaction => StoreAsync(transaction, caller.OrganizationId, lead, estimate, settings), CancellationToken.None);
            return estimate;
        }
        catch (UpstreamException failure) when (failure.Kind is not (UpstreamFailure.Refused or UpstreamFailure.LimitReached or UpstreamFailure.CapReached))
        {
            await tenant.TransactAsync(async transaction =>
            {
                await ValuationStore.AddOutcomeAsync(transaction, caller.OrganizationId, [lead.Id], "failed", failure.Code, time.Today(settings.TimeZone));
                return true;
            }, cancel);
            throw;
        }
    }

    async Task<bool> StoreAsync(Transaction transaction, Guid organizationId, DueLead lead, ValueEstimate? estimate, Settings settings)
    {
        var today = time.Today(settings.TimeZone);
        await transaction.ExecuteAsync("select from leads where organization_id = @organizationId and id = @Id for update", new { organizationId, lead.Id });
        await ComparablesStore.StoreAsync(transaction, organizationId, [lead.Id], lead.Home, estimate, today);
        if (estimate is null)
        {
            await ValuationStore.AddOutcomeAsync(transaction, organizationId, [lead.Id], "no_estimate", null, today);
            return false;
        }
        await ValuationStore.RenewAsync(transaction, organizationId, lead.Id, estimate, today);
        await ValuationStore.AddValueAsync(transaction, organizationId, runId: null, [lead.Id], estimate, today);
        var fresh = await ValuationStore.PendingForLeadAsync(transaction, organizationId, lead.Id);
        if (fresh.Count > 0) await ValueDecisions.DecideAsync(transaction, organizationId, runId: null, fresh[0].LeadOwnerId, fresh, settings.ValueChangePercent);
        return true;
    }

    static NotFoundException Gone() => new("lead_not_found", "The lead was deleted in the meantime.");

    static UnprocessableException NoEstimate() => new("no_estimate", "RentCast has no estimate for this home. Check the address and what is known of the home.");
}
