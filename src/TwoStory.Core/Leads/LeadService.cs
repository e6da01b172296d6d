using TwoStory.Core.Accounts;
using TwoStory.Core.Data;
using TwoStory.Core.Providers;

namespace TwoStory.Core.Leads;

/// <summary>Reads and changes leads. A lead that the caller may not see does not exist for them.</summary>
public sealed class LeadService(
    Database database, LeadStore leads, LeadHistory history, LeadGeocoder geocoder, OrganizationStore organizations, SubscriptionLimits subscription,
    TimeProvider time)
{
    public Task<Page<Lead>> ListAsync(Caller caller, LeadFilter filter, PageRequest page, CancellationToken cancel) =>
        leads.ListAsync(caller, filter, page, cancel);

    /// <exception cref="NotFoundException">The caller sees no such lead.</exception>
    public async Task<Lead> GetAsync(Caller caller, Guid id, CancellationToken cancel) =>
        await leads.FindAsync(caller, id, cancel) ?? throw Missing();

    /// <exception cref="NotFoundException">The caller sees no such lead.</exception>
    public async Task<LeadDetail> DetailAsync(Caller caller, Guid id, CancellationToken cancel) =>
        await history.DetailAsync(caller, id, cancel) ?? throw Missing();

    /// <exception cref="NotFoundException">The caller sees no such lead.</exception>
    public async Task<Page<HomeValue>> ValuesAsync(Caller caller, Guid id, PageRequest page, CancellationToken cancel) =>
        await history.ValuesAsync(caller, id, page, cancel) ?? throw Missing();

    /// <exception cref="NotFoundException">The caller sees no such lead.</exception>
    public async Task<Page<NearbySale>> SalesAsync(Caller caller, Guid id, PageRequest page, CancellationToken cancel) =>
        await history.SalesAsync(caller, id, page, cancel) ?? throw Missing();

    /// <exception cref="ValidationException">A field is invalid.</exception>
    /// <exception cref="ConflictException">The organization already has the person or the home, and the lead does not set force.</exception>
    /// <exception cref="LimitReachedException">The lead has an alert, and the subscription does not allow another monitored lead.</exception>
    public Task<Lead> CreateAsync(Caller caller, NewLead request, CancellationToken cancel) =>
        CreateAsync(caller, request, Guid.CreateVersion7(), cancel);

    /// <param name="caller">The user who adds the lead.</param>
    /// <param name="request">The fields of the lead.</param>
    /// <param name="id">The id. An existing lead with this id is returned unchanged.</param>
    /// <param name="cancel">Cancels the operation.</param>
    /// <exception cref="ValidationException">A field is invalid.</exception>
    /// <exception cref="ConflictException">The organization already has the person or the home, and the lead does not set force.</exception>
    /// <exception cref="LimitReachedException">The lead has an alert, and the subscription does not allow another monitored lead.</exception>
    public async Task<Lead> CreateAsync(Caller caller, NewLead request, Guid id, CancellationToken cancel)
    {
        var lead = LeadRules.Validated(request, caller, await TodayAsync(caller, cancel));
        var location = await geocoder.LocateAsync(caller.OrganizationId, lead, cancel);
        return await database.Tenant(caller.OrganizationId).TransactAsync(async transaction =>
        {
            var locked = lead.IsMonitored ? await subscription.LockAsync(transaction, caller.OrganizationId) : null;
            await RequireOwnerAsync(transaction, caller, lead);
            if (!lead.Force) await LeadDuplicates.RequireNoneAsync(transaction, caller, lead.Email, AddressKey.From(lead.Address!), id);
            var added = await LeadStore.AddAsync(transaction, caller.OrganizationId, id, lead, location);
            if (locked is not null) await SubscriptionLimits.RequireCapacityForLeadAsync(transaction, locked);
            return added;
        }, cancel);
    }

    /// <param name="expected">The version that the caller read; null to change any version.</param>
    /// <param name="change">Creates the new fields from the present ones. Called again after a concurrent change.</param>
    /// <exception cref="NotFoundException">The caller sees no such lead.</exception>
    /// <exception cref="PreconditionFailedException">The lead has changed since that version.</exception>
    /// <exception cref="ValidationException">A field is invalid.</exception>
    /// <exception cref="ConflictException">Another lead has the same person or home, and the change does not set force.</exception>
    /// <exception cref="LimitReachedException">The change turns alerts on, and the subscription does not allow another monitored lead.</exception>
    public async Task<Lead> UpdateAsync(Caller caller, Guid id, int? expected, Func<NewLead, NewLead> change, CancellationToken cancel)
    {
        while (true)
        {
            var current = await GetAsync(caller, id, cancel);
            if (expected is not null && expected != current.Version) throw Changed();
            var lead = LeadRules.Validated(change(NewLead.From(current)), caller, await TodayAsync(caller, cancel));
            if (lead.Enrich) throw new ValidationException("enrich", "is allowed for new leads only.");
            var location = await geocoder.UpdateAsync(caller.OrganizationId, current, lead, cancel);
            var updated = await database.Tenant(caller.OrganizationId).TransactAsync(async transaction =>
            {
                var locked = lead.IsMonitored != current.IsMonitored ? await subscription.LockAsync(transaction, caller.OrganizationId) : null;
                await RequireOwnerAsync(transaction, caller, lead);
                if (!lead.Force) await RequireNoNewDuplicateAsync(transaction, caller, current, lead);
                var changed = await LeadStore.UpdateAsync(transaction, caller.OrganizationId, id, current.Version, lead, location);
                if (locked is not null && lead.IsMonitored) await SubscriptionLimits.RequireCapacityForLeadAsync(transaction, locked);
                else if (locked is not null) await SubscriptionLimits.PauseLeadsAsync(transaction, locked);
                return changed;
            }, cancel);
            if (updated is not null) return updated;
        }
    }

    /// <exception cref="NotFoundException">The caller sees no such lead.</exception>
    /// <exception cref="PreconditionFailedException">The lead has changed since that version.</exception>
    public async Task DeleteAsync(Caller caller, Guid id, int? expected, CancellationToken cancel)
    {
        var deleted = await database.Tenant(caller.OrganizationId).TransactAsync(async transaction =>
        {
            var locked = await subscription.LockAsync(transaction, caller.OrganizationId);
            var found = await LeadStore.DeleteAsync(transaction, caller, id, expected);
            await SubscriptionLimits.PauseLeadsAsync(transaction, locked);
            return found;
        }, cancel);
        if (deleted) return;
        await GetAsync(caller, id, cancel);
        throw Changed();
    }

    async Task<DateOnly> TodayAsync(Caller caller, CancellationToken cancel) =>
        time.Today((await organizations.GetAsync(caller, cancel)).TimeZone);

    // The lock keeps the user from being removed before the lead is stored.
    static async Task RequireOwnerAsync(Transaction transaction, Caller caller, NewLead lead)
    {
        var owner = await transaction.QueryFirstAsync<Guid?>(
            "select id from users where organization_id = @OrganizationId and id = @OwnerId for key share", new { caller.OrganizationId, lead.OwnerId });
        if (owner is null) throw new ValidationException("ownerId", "must be the id of a user of the organization.");
    }

    // Duplicates that were stored with force stay editable: only changed keys are compared.
    static Task RequireNoNewDuplicateAsync(Transaction transaction, Caller caller, Lead current, NewLead lead)
    {
        var email = string.Equals(lead.Email, current.Email, StringComparison.OrdinalIgnoreCase) ? null : lead.Email;
        var home = AddressKey.From(lead.Address!);
        return LeadDuplicates.RequireNoneAsync(transaction, caller, email, home == AddressKey.From(current.Address) ? null : home, current.Id);
    }

    static NotFoundException Missing() => new("lead_not_found", "There is no such lead.");

    static PreconditionFailedException Changed() => new("lead_changed", "The lead has changed since you read it. Read it again and repeat the change.");
}
