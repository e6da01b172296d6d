using Npgsql;
using TwoStory.Core.Data;

namespace TwoStory.Core.Accounts;

/// <summary>An open invitation to join an organization.</summary>
/// <param name="InvitedBy">The user who sent the invitation.</param>
/// <param name="ExpiresAt">UTC.</param>
public sealed record Invitation(Guid Id, string Email, Role Role, Guid InvitedBy, DateTime ExpiresAt, DateTime CreatedAt);

/// <param name="Role">owner (by an owner only), admin or agent.</param>
public sealed record NewInvitation(string? Email, Role? Role);

/// <summary>A person who accepts an invitation.</summary>
/// <param name="Token">The token of the link.</param>
/// <param name="Password">10 to 72 bytes.</param>
public sealed record NewMember(string? Token, string? Name, string? Password);

/// <summary>Sends and accepts invitations.</summary>
public sealed class InvitationService(
    Database database, InvitationStore invitations, OrganizationStore organizations, UserStore users, SessionService sessions, IAccountEmails emails,
    PasswordHasher hasher, AttemptLimiter attempts, AttemptLimits limits, SubscriptionLimits subscription, TimeProvider time)
{
    static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <summary>Invites a person by e-mail. Replaces an open invitation to the same address.</summary>
    /// <param name="caller">An admin or owner.</param>
    /// <param name="request">The invited person.</param>
    /// <param name="id">The id of the invitation.</param>
    /// <param name="cancel">Cancels the operation.</param>
    /// <exception cref="ConflictException">The person is already a user of the organization.</exception>
    /// <exception cref="LimitReachedException">The subscription does not allow another user.</exception>
    /// <exception cref="ForbiddenException">Only owners invite owners.</exception>
    public async Task<Invitation> InviteAsync(Caller caller, NewInvitation request, Guid id, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var email = EmailAddress.Required(errors, "email", request.Email);
        errors.AddIf(request.Role is null, "role", "must be one of agent, admin, owner.");
        errors.ThrowIfAny();
        TeamService.RequireMayAssign(caller, request.Role!.Value);
        return await SendAsync(caller, AuditAction.InvitationMade, async (transaction, hash, expiresAt) =>
        {
            if (await UserStore.IsMemberAsync(transaction, caller.OrganizationId, email))
            {
                throw new ConflictException("already_member", "This person is already a user of the organization.");
            }
            return (await InvitationStore.AddAsync(transaction, caller, id, email, request.Role.Value, hash, expiresAt))!;
        }, cancel);
    }

    /// <summary>Sends an open invitation again with a new link that works for seven days.</summary>
    /// <exception cref="LimitReachedException">The subscription does not allow another user.</exception>
    /// <exception cref="NotFoundException">There is no such open invitation.</exception>
    public Task<Invitation> ResendAsync(Caller caller, Guid id, CancellationToken cancel) =>
        SendAsync(caller, AuditAction.InvitationSentAgain, async (transaction, hash, expiresAt) =>
            await InvitationStore.RenewAsync(transaction, caller.OrganizationId, id, hash, expiresAt) ?? throw Missing(), cancel);

    /// <exception cref="NotFoundException">There is no such open invitation.</exception>
    public Task RevokeAsync(Caller caller, Guid id, CancellationToken cancel) =>
        database.Tenant(caller.OrganizationId).TransactAsync(async transaction =>
        {
            if (!await InvitationStore.RevokeAsync(transaction, caller.OrganizationId, id)) throw Missing();
            return await AuditLog.AddAsync(transaction, caller.Did(AuditAction.InvitationRevoked, id));
        }, cancel);

    /// <summary>Creates the user and signs them in.</summary>
    /// <exception cref="NotFoundException">The link was used, revoked or replaced, or has expired.</exception>
    /// <exception cref="ConflictException">The e-mail address already has an account.</exception>
    /// <exception cref="LimitReachedException">The subscription does not allow another user.</exception>
    public async Task<Session> AcceptAsync(NewMember request, Origin origin, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.AddIf(string.IsNullOrEmpty(request.Token), "token", "is required.");
        var name = errors.Required("name", request.Name, 200);
        var password = PasswordRules.Required(errors, "password", request.Password);
        errors.ThrowIfAny();
        await attempts.TakeByAddressAsync("link-address", origin, email: null, limits.LinkByAddress, cancel);
        var hash = SecretToken.Hash(request.Token) ?? throw Missing();
        var invitation = await invitations.FindAsync(hash, Now, cancel) ?? throw Missing();
        await attempts.TakeByEmailAsync("link-email", invitation.Email, origin, limits.LinkByEmail, cancel);
        await attempts.RefundAsync("link-address", origin.Address, limits.LinkByAddress, cancel);
        var passwordHash = await hasher.HashAsync(password, cancel);
        try
        {
            return await database.TransactAsync(async transaction =>
            {
                var locked = await subscription.LockAsync(transaction, invitation.OrganizationId);
                if (!await InvitationStore.AcceptAsync(transaction, invitation, hash, Now)) throw Missing();
                var user = await UserStore.AddAsync(transaction, invitation.OrganizationId, invitation.Email, name, invitation.Role, passwordHash);
                await SubscriptionLimits.RequireCapacityForUserAsync(transaction, locked);
                await AuditLog.AddAsync(
                    transaction,
                    new AuditEntry(AuditAction.InvitationAccepted, user!.OrganizationId, user.Id, origin, $"{invitation.Id}", WireName.From(user.Role)));
                return await sessions.StartAsync(transaction, user, version: 1);
            }, cancel);
        }
        catch (PostgresException error) when (error.ConstraintName == "users_email")
        {
            throw RegistrationService.EmailTaken();
        }
    }

    DateTime Now => time.GetUtcNow().UtcDateTime;

    // The invitation and its e-mail are written in one transaction.
    async Task<Invitation> SendAsync(Caller caller, AuditAction action, Func<Transaction, byte[], DateTime, Task<Invitation>> write, CancellationToken cancel)
    {
        var organization = await organizations.GetAsync(caller, cancel);
        var inviter = await users.FindAsync(caller.OrganizationId, caller.UserId, cancel);
        var token = SecretToken.Create();
        var hash = SecretToken.Hash(token)!;
        return await database.Tenant(caller.OrganizationId).TransactAsync(async transaction =>
        {
            var locked = await subscription.LockAsync(transaction, caller.OrganizationId);
            var invitation = await write(transaction, hash, Now + Lifetime);
            await subscription.RequireCapacityForInvitationAsync(transaction, locked, invitation.Id);
            await AuditLog.AddAsync(transaction, caller.Did(action, invitation.Id, WireName.From(invitation.Role)));
            await emails.EnqueueInvitationAsync(transaction, invitation, organization, inviter?.Name ?? caller.Email, token);
            return invitation;
        }, cancel);
    }

    static NotFoundException Missing() => new("invitation_not_found", "The invitation was used, revoked or replaced, or has expired. Request a new one.");
}
