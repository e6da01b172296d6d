using TwoStory.Core.Accounts;
using TwoStory.Core.Data;
using TwoStory.Core.Leads;
using TwoStory.Core.Providers.RentCast;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Valuations;

/// <summary>
/// Values one lead's home now. The estimate is the day's valuation; a second one on the same day replaces it. It is stored, decided by
/// the rules of the weekly run and notified in one transaction, without an e-mail: a user requested it. The next run finds the day's
/// valuation decided. A valuation that a run has stored and not yet notified stays with that run and its e-mail. The lead's row is
/// locked while the estimate is stored, so that a run happens before or after.
/// </summary>
public sealed class ValueRefresh(Database database, LeadService leads, RentCastClient rentCast, TimeProvider time)
{
    // The home is valued at most once a week for its comparables.
    const int ReuseDays = 6;

    sealed record Settings(string TimeZone, decimal ValueChangePercent);

    /// <returns>The newest value, of today.</returns>
    /// <exception cref="NotFoundException">The lead does not exist or is not visible to the caller.</exception>
    /// <exception cref="ConflictException">The lead has neither a full address nor a precise point, or has got another home meanwhile.</exception>
    /// <exception cref="UnprocessableException">RentCast has no estimate; the last value stays and is stale.</exception>
    /// <exception cref="UpstreamException">The request to RentCast failed.</exception>
    public async Task<RefreshedValue> RefreshAsync(Caller caller, Guid leadId, CancellationToken cancel)
    {
        var lead = await HomeAsync(caller, leadId, cancel);
        var settings = await SettingsAsync(caller, cancel);
        if (await FetchAsync(caller, lead, "value_refresh", settings, cancel) is null) throw NoEstimate();
        var newest = await leads.ValuesAsync(caller, leadId, new PageRequest(1, null), cancel);
        if (newest.Items.Count == 0) throw Moved();
        var watched = await database.Tenant(caller.OrganizationId).QueryFirstAsync<bool>(
            "select notify_value_changes and not monitoring_paused from leads where organization_id = @organizationId and id = @leadId", new { leadId }, cancel);
        return new RefreshedValue(newest.Items[0], !watched);
    }

    /// <summary>Returns the comparables of the home's last valuation. Without one in the last week, the home is valued now.</summary>
    /// <exception cref="NotFoundException">The lead does not exist or is not visible to the caller.</exception>
    /// <exception cref="ConflictException">The lead has neither a full address nor a precise point.</exception>
    /// <exception cref="UnprocessableException">RentCast has no estimate for the home.</exception>
    /// <exception cref="UpstreamException">The request to RentCast failed.</exception>
    public async Task<LeadComparables> ComparablesAsync(Caller caller, Guid leadId, CancellationToken cancel)
    {
        var lead = await HomeAsync(caller, leadId, cancel);
        var settings = await SettingsAsync(caller, cancel);
        var today = time.Today(settings.TimeZone);
        var stored = await ComparablesStore.FindAsync(
            database.Tenant(caller.OrganizationId), lead.ComparablesKey, today.AddDays(-ReuseDays), cancel);
        if (stored is null)
        {
            var estimate = await FetchAsync(caller, lead, "comparables", settings, cancel);
            stored = new StoredComparables(today, estimate?.Comparables.Select(ComparableHome.From).ToList());
        }
        return new LeadComparables(leadId, "asking", ValuationStore.Source, stored.AsOf, stored.Items ?? throw NoEstimate());
    }

    async Task<DueLead> HomeAsync(Caller caller, Guid leadId, CancellationToken cancel)
    {
        await leads.GetAsync(caller, leadId, cancel);
        var lead = await DueLeads.FindAsync(database.Tenant(caller.OrganizationId), leadId, cancel) ?? throw Deleted();
        return lead.CanBeValued ? lead : throw new ConflictException(
            "lead_without_address", "A valuation requires street, city and state, or a precise point. Add either to the lead.");
    }

    async Task<Settings> SettingsAsync(Caller caller, CancellationToken cancel) =>
        await database.Tenant(caller.OrganizationId).QueryFirstAsync<Settings>(
            "select time_zone, value_change_percent from organizations where id = @organizationId", null, cancel)
        ?? throw new NotFoundException("organization_not_found", "The organization does not exist.");

    /// <returns>Null when RentCast has no estimate.</returns>
    async Task<ValueEstimate?> FetchAsync(Caller caller, DueLead lead, string operation, Settings settings, CancellationToken cancel)
    {
        var tenant = database.Tenant(caller.OrganizationId);
        try
        {
            var estimate = await rentCast.GetValueAsync(caller.OrganizationId, operation, lead.ToValue(), counting: null, cancel);
            // The call is billed: the estimate is stored even when the request was canceled.
            await tenant.TransactAsync(transaction => StoreAsync(transaction, caller.OrganizationId, lead, estimate, settings), CancellationToken.None);
            return estimate;
        }
        catch (UpstreamException failure)
            when (failure.Kind is not (UpstreamFailure.Refused or UpstreamFailure.LimitReached or UpstreamFailure.CapReached))
        {
            await tenant.TransactAsync(async transaction =>
            {
                var today = time.Today(settings.TimeZone);
                await ValuationStore.AddFailureAsync(transaction, caller.OrganizationId, [lead], failure.Code, today, IsAway(failure));
                return true;
            }, cancel);
            throw;
        }
    }

    async Task<bool> StoreAsync(Transaction transaction, Guid organizationId, DueLead lead, ValueEstimate? estimate, Settings settings)
    {
        var today = time.Today(settings.TimeZone);
        await transaction.ExecuteAsync("select from leads where organization_id = @organizationId and id = @Id for update", new { organizationId, lead.Id });
        await ComparablesStore.StoreAsync(transaction, organizationId, [lead.Id], lead.ComparablesKey, estimate, today);
        if (estimate is null)
        {
            await ValuationStore.AddFailureAsync(transaction, organizationId, [lead], errorCode: null, today);
            return false;
        }
        await ValuationStore.RenewAsync(transaction, organizationId, lead, estimate, today);
        await ValuationStore.AddValueAsync(transaction, organizationId, runId: null, [lead], estimate, today);
        var pending = await PendingValueStore.ListForLeadAsync(transaction, organizationId, lead.Id);
        if (pending.Count == 0) return true;
        await ValueAlerts.DecideAsync(transaction, organizationId, runId: null, pending[0].LeadOwnerId, pending, settings.ValueChangePercent);
        return true;
    }

    static bool IsAway(UpstreamException failure) => failure.Kind is UpstreamFailure.Unavailable or UpstreamFailure.BadAnswer;

    static ConflictException Moved() =>
        new("lead_changed", "The lead has got another home while RentCast was asked. Refresh the value again.");

    static NotFoundException Deleted() => new("lead_not_found", "The lead was deleted.");

    static UnprocessableException NoEstimate() =>
        new("no_estimate", "RentCast has no estimate for this home. Check the address and the details of the home.");
}
