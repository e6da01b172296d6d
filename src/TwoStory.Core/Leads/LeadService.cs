using TwoStory.Core.Accounts;
using TwoStory.Core.Data;
using TwoStory.Core.Providers;

namespace TwoStory.Core.Leads;

/// <summary>Keeps leads. What a caller may not see is as if it were not there.</summary>
public sealed class LeadService(
    Database database, LeadStore leads, LeadHistory history, LeadGeocoder placer, OrganizationStore organizations, SubscriptionLimits subscription, TimeProvider time)
{
    static readonly PageRequest Newest = new(PageRequest.MaxLimit, null);

    public Task<Page<Lead>> ListAsync(Caller caller, LeadFilter filter, PageRequest page, CancellationToken cancel) =>
        leads.ListAsync(caller, filter, page, cancel);

    /// <exception cref="NotFoundException">There is none that the caller may see.</exception>
    public async Task<Lead> GetAsync(Caller caller, Guid id, CancellationToken cancel) =>
        await leads.FindAsync(caller, id, cancel) ?? throw Missing();

    /// <exception cref="NotFoundException">There is none that the caller may see.</exception>
    public async Task<LeadDetail> DetailAsync(Caller caller, Guid id, CancellationToken cancel)
    {
        var lead = await GetAsync(caller, id, cancel);
        var values = await history.ValuesAsync(caller.OrganizationId, id, Newest, cancel);
        var sales = await history.SalesAsync(caller.OrganizationId, id, Newest, cancel);
        return new LeadDetail(lead, values.Items, sales.Items);
    }

    /// <exception cref="NotFoundException">There is none that the caller may see.</exception>
    public async Task<Page<HomeValue>> ValuesAsync(Caller caller, Guid id, PageRequest page, CancellationToken cancel)
    {
        await GetAsync(caller, id, cancel);
        return await history.ValuesAsync(caller.OrganizationId, id, page, cancel);
    }

    /// <exception cref="NotFoundException">There is none that the caller may see.</exception>
    public async Task<Page<NearbySale>> SalesAsync(Caller caller, Guid id, PageRequest page, CancellationToken cancel)
    {
        await GetAsync(caller, id, cancel);
        return await history.SalesAsync(caller.OrganizationId, id, page, cancel);
    }

    /// <exception cref="ValidationException">A field is wrong.</exception>
    /// <exception cref="ConflictException">The organization has the person or the home already, and the new lead does not force it.</exception>
    /// <exception cref="LimitReachedException">Alerts are asked for it, and the subscription has no place for another monitored lead.</exception>
    public Task<Lead> CreateAsync(Caller caller, NewLead request, CancellationToken cancel) =>
        CreateAsync(caller, request, Guid.CreateVersion7(), cancel);

    /// <param name="caller">Who adds it.</param>
    /// <param name="request">What it is.</param>
    /// <param name="id">Its id; a lead that was made under it before is answered as it is.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <exception cref="ValidationException">A field is wrong.</exception>
    /// <exception cref="ConflictException">The organization has the person or the home already, and the new lead does not force it.</exception>
    /// <exception cref="LimitReachedException">Alerts are asked for it, and the subscription has no place for another monitored lead.</exception>
    public async Task<Lead> CreateAsync(Caller caller, NewLead request, Guid id, CancellationToken cancel)
    {
        var lead = LeadRules.Checked(request, caller, await TodayAsync(caller, cancel));
        var place = await placer.PlaceAsync(caller.OrganizationId, lead, cancel);
        return await database.Tenant(caller.OrganizationId).TransactAsync(async transaction =>
        {
            var held = lead.IsMonitored ? await subscription.LockAsync(transaction, caller.OrganizationId) : null;
            await RequireOwnerAsync(transaction, caller, lead);
            if (!lead.Force) await LeadDuplicates.RequireNoneAsync(transaction, caller, lead.Email, AddressKey.From(lead.Address!), id);
            var added = await LeadStore.AddAsync(transaction, caller.OrganizationId, id, lead, place);
            if (held is not null) await SubscriptionLimits.RequirePlaceForLeadAsync(transaction, held);
            return added;
        }, cancel);
    }

    /// <param name="expected">The version that the caller read; null to change whatever is there.</param>
    /// <param name="change">Makes the new lead of the present one; called again when somebody else was faster.</param>
    /// <exception cref="NotFoundException">There is none that the caller may see.</exception>
    /// <exception cref="PreconditionFailedException">Somebody changed it since.</exception>
    /// <exception cref="ValidationException">A field is wrong.</exception>
    /// <exception cref="ConflictException">It would become another lead's person or home, and the change does not force it.</exception>
    /// <exception cref="LimitReachedException">It switches alerts on, and the subscription has no place for another monitored lead.</exception>
    public async Task<Lead> UpdateAsync(Caller caller, Guid id, int? expected, Func<NewLead, NewLead> change, CancellationToken cancel)
    {
        while (true)
        {
            var current = await GetAsync(caller, id, cancel);
            if (expected is not null && expected != current.Version) throw Changed();
            var lead = LeadRules.Checked(change(NewLead.From(current)), caller, await TodayAsync(caller, cancel));
            if (lead.Enrich) throw new ValidationException("enrich", "is for new leads only.");
            var place = await placer.PlaceAgainAsync(caller.OrganizationId, current, lead, cancel);
            var updated = await database.Tenant(caller.OrganizationId).TransactAsync(async transaction =>
            {
                var held = lead.IsMonitored != current.IsMonitored ? await subscription.LockAsync(transaction, caller.OrganizationId) : null;
                await RequireOwnerAsync(transaction, caller, lead);
                if (!lead.Force) await RequireNoNewDuplicateAsync(transaction, caller, current, lead);
                var changed = await LeadStore.UpdateAsync(transaction, caller.OrganizationId, id, current.Version, lead, place);
                if (held is not null && lead.IsMonitored) await SubscriptionLimits.RequirePlaceForLeadAsync(transaction, held);
                else if (held is not null) await SubscriptionLimits.PauseLeadsAsync(transaction, held);
                return changed;
            }, cancel);
            if (updated is not null) return updated;
        }
    }

    /// <exception cref="NotFoundException">There is none that the caller may see.</exception>
    /// <exception cref="PreconditionFailedException">Somebody changed it since.</exception>
    public async Task DeleteAsync(Caller caller, Guid id, int? expected, CancellationToken cancel)
    {
        var deleted = await database.Tenant(caller.OrganizationId).TransactAsync(async transaction =>
        {
            var held = await subscription.LockAsync(transaction, caller.OrganizationId);
            var found = await LeadStore.DeleteAsync(transaction, caller, id, expected);
            await SubscriptionLimits.PauseLeadsAsync(transaction, held);
            return found;
        }, cancel);
        if (deleted) return;
        await GetAsync(caller, id, cancel);
        throw Changed();
    }

    async Task<DateOnly> TodayAsync(Caller caller, CancellationToken cancel) =>
        time.Today((await organizations.GetAsync(caller.OrganizationId, cancel)).TimeZone);

    // The row is held, so that its user is not removed before the lead is there.
    static async Task RequireOwnerAsync(Transaction transaction, Caller caller, NewLead lead)
    {
        var owner = await transaction.QueryFirstAsync<Guid?>(
            "select id from users where organization_id = @OrganizationId and id = @OwnerId for key share", new { caller.OrganizationId, lead.OwnerId });
        if (owner is null) throw new ValidationException("ownerId", "must be a user of the organization.");
    }

    // Two that were kept on purpose stay changeable: only what this change brings is compared.
    static Task RequireNoNewDuplicateAsync(Transaction transaction, Caller caller, Lead current, NewLead lead)
    {
        var email = string.Equals(lead.Email, current.Email, StringComparison.OrdinalIgnoreCase) ? null : lead.Email;
        var home = AddressKey.From(lead.Address!);
        return LeadDuplicates.RequireNoneAsync(transaction, caller, email, home == AddressKey.From(current.Address) ? null : home, current.Id);
    }

    static NotFoundException Missing() => new("lead_not_found", "There is no such lead.");

    static PreconditionFailedException Changed() => new("lead_changed", "The lead has changed since you read it. Read it again and repeat the change.");
}
