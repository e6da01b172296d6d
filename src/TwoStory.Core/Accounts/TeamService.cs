using TwoStory.Core.Data;

namespace TwoStory.Core.Accounts;

/// <summary>What changes of a user; what is left out stays.</summary>
public sealed record UserChanges(string? Name, Role? Role);

/// <summary>Changes and removes an organization's users.</summary>
public sealed class TeamService(Database database, SubscriptionLimits subscription)
{
    /// <exception cref="NotFoundException">The organization has no such user.</exception>
    /// <exception cref="ForbiddenException">Only owners make or change owners.</exception>
    /// <exception cref="ConflictException">The last owner stays one.</exception>
    public async Task<User> ChangeAsync(Caller caller, Guid userId, UserChanges changes, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var name = errors.Optional("name", changes.Name, 200);
        errors.AddIf(changes.Name is not null && name is null, "name", "must not be empty.");
        errors.ThrowIfAny();
        return await database.Tenant(caller.OrganizationId).TransactAsync(async transaction =>
        {
            var held = await subscription.LockAsync(transaction, caller.OrganizationId);
            var (user, isLastOwner) = await LockAsync(transaction, caller, userId);
            var role = changes.Role ?? user.Role;
            RequireMayGrant(caller, role);
            if (isLastOwner && role != Role.Owner) throw LastOwner();
            if (role != user.Role)
            {
                await AuditLog.AddAsync(transaction, caller.Did(AuditAction.UserRoleChanged, userId, $"{WireName.From(user.Role)} to {WireName.From(role)}"));
            }
            await UserStore.UpdateAsync(transaction, user with { Name = name ?? user.Name, Role = role });
            // An owner is never paused; somebody may have to be in their place.
            await SubscriptionLimits.PauseUsersAsync(transaction, held);
            return (await UserStore.FindAsync(transaction, caller.OrganizationId, userId))!;
        }, cancel);
    }

    /// <summary>Removes a user: their sessions end at once, and their leads go to another.</summary>
    /// <param name="caller">Who removes.</param>
    /// <param name="userId">Who is removed.</param>
    /// <param name="leadsTo">Who gets the leads; null for the caller.</param>
    /// <param name="cancel">Stops waiting for the database.</param>
    /// <exception cref="NotFoundException">The organization has no such user.</exception>
    /// <exception cref="ValidationException">The leads cannot go there.</exception>
    /// <exception cref="ForbiddenException">Only owners remove owners.</exception>
    /// <exception cref="ConflictException">The last owner stays.</exception>
    public Task RemoveAsync(Caller caller, Guid userId, Guid? leadsTo, CancellationToken cancel) =>
        database.Tenant(caller.OrganizationId).TransactAsync(async transaction =>
        {
            var held = await subscription.LockAsync(transaction, caller.OrganizationId);
            var (user, isLastOwner) = await LockAsync(transaction, caller, userId);
            if (isLastOwner) throw LastOwner();
            var heir = leadsTo ?? caller.UserId;
            if (heir == userId || !await UserStore.IsUserAsync(transaction, caller.OrganizationId, heir))
            {
                throw new ValidationException("leadsTo", "must be another user of the organization.");
            }
            await AuditLog.AddAsync(transaction, caller.Did(AuditAction.UserRemoved, userId, user.Name));
            await UserStore.RemoveAsync(transaction, user, heir);
            return await SubscriptionLimits.PauseUsersAsync(transaction, held);
        }, cancel);

    internal static void RequireMayGrant(Caller caller, Role role)
    {
        if (role == Role.Owner && caller.Role != Role.Owner) throw new ForbiddenException("owner_required", "Only an owner can make or change owners.");
    }

    // Held against new leads and other changes until the transaction ends.
    static async Task<(User User, bool IsLastOwner)> LockAsync(Transaction transaction, Caller caller, Guid userId)
    {
        var held = await UserStore.LockWithOwnersAsync(transaction, caller.OrganizationId, userId);
        var user = held.FirstOrDefault(user => user.Id == userId) ?? throw new NotFoundException("user_not_found", "The organization has no such user.");
        RequireMayGrant(caller, user.Role);
        return (user, user.Role == Role.Owner && held.Count == 1);
    }

    static ConflictException LastOwner() => new("last_owner", "An organization keeps at least one owner. Make another user owner first.");
}
