using TwoStory.Core.Data;

namespace TwoStory.Core.Accounts;

/// <summary>Changes of a user. Omitted fields stay the same.</summary>
public sealed record UserChanges(string? Name, Role? Role);

/// <summary>Changes and removes users of an organization.</summary>
public sealed class TeamService(Database database, SubscriptionLimits subscription)
{
    /// <exception cref="NotFoundException">The organization has no such user.</exception>
    /// <exception cref="ForbiddenException">Only owners can make or change owners.</exception>
    /// <exception cref="ConflictException">The user is the last owner.</exception>
    public async Task<User> ChangeAsync(Caller caller, Guid userId, UserChanges changes, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var name = errors.Optional("name", changes.Name, 200);
        errors.AddIf(changes.Name is not null && name is null, "name", "must not be empty.");
        errors.ThrowIfAny();
        return await database.Tenant(caller.OrganizationId).TransactAsync(async transaction =>
        {
            var locked = await subscription.LockAsync(transaction, caller.OrganizationId);
            var (user, isLastOwner) = await LockAsync(transaction, caller, userId);
            var role = changes.Role ?? user.Role;
            RequireMayAssign(caller, role);
            if (isLastOwner && role != Role.Owner) throw LastOwner();
            if (role != user.Role)
            {
                await AuditLog.AddAsync(transaction, caller.Did(AuditAction.UserRoleChanged, userId, $"{WireName.From(user.Role)} to {WireName.From(role)}"));
            }
            await UserStore.UpdateAsync(transaction, user with { Name = name ?? user.Name, Role = role });
            // An owner is never paused, so a role change can pause or resume other users.
            await SubscriptionLimits.PauseUsersAsync(transaction, locked);
            return (await UserStore.FindAsync(transaction, caller.OrganizationId, userId))!;
        }, cancel);
    }

    /// <summary>
    /// Removes a user, ends their sessions and reassigns their leads and notifications. E-mails to them that are not sent are canceled.
    /// </summary>
    /// <param name="caller">An admin or owner.</param>
    /// <param name="userId">The user to remove.</param>
    /// <param name="leadsTo">The new owner of the leads; null for the caller.</param>
    /// <param name="cancel">Cancels the operation.</param>
    /// <exception cref="NotFoundException">The organization has no such user.</exception>
    /// <exception cref="ValidationException">The new owner of the leads is not another user of the organization.</exception>
    /// <exception cref="ForbiddenException">Only owners can remove owners.</exception>
    /// <exception cref="ConflictException">The user is the last owner.</exception>
    public Task RemoveAsync(Caller caller, Guid userId, Guid? leadsTo, CancellationToken cancel) =>
        database.Tenant(caller.OrganizationId).TransactAsync(async transaction =>
        {
            var locked = await subscription.LockAsync(transaction, caller.OrganizationId);
            var (user, isLastOwner) = await LockAsync(transaction, caller, userId);
            if (isLastOwner) throw LastOwner();
            var newOwner = leadsTo ?? caller.UserId;
            if (newOwner == userId || !await UserStore.IsUserAsync(transaction, caller.OrganizationId, newOwner))
            {
                throw new ValidationException("leadsTo", "must be another user of the organization.");
            }
            await AuditLog.AddAsync(transaction, caller.Did(AuditAction.UserRemoved, userId, user.Name));
            await UserStore.RemoveAsync(transaction, user, newOwner);
            return await SubscriptionLimits.PauseUsersAsync(transaction, locked);
        }, cancel);

    internal static void RequireMayAssign(Caller caller, Role role)
    {
        if (role == Role.Owner && caller.Role != Role.Owner) throw new ForbiddenException("owner_required", "Only an owner can make or change owners.");
    }

    // The rows stay locked until the transaction ends, so that no lead is added and no role changes meanwhile.
    static async Task<(User User, bool IsLastOwner)> LockAsync(Transaction transaction, Caller caller, Guid userId)
    {
        var users = await UserStore.LockWithOwnersAsync(transaction, caller.OrganizationId, userId);
        var user = users.FirstOrDefault(user => user.Id == userId) ?? throw new NotFoundException("user_not_found", "The organization has no such user.");
        RequireMayAssign(caller, user.Role);
        return (user, user.Role == Role.Owner && users.Count == 1);
    }

    static ConflictException LastOwner() => new("last_owner", "An organization needs at least one owner. Make another user an owner first.");
}
