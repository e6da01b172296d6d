using TwoStory.Core.Data;

namespace TwoStory.Core.Accounts;

/// <summary>Reads and writes invitations.</summary>
public sealed class InvitationStore(Database database)
{
    internal sealed record Open(Guid Id, Guid OrganizationId, string Email, Role Role);

    const string Columns = "id, email, role, invited_by, expires_at, created_at";
    const string IsOpen = "accepted_at is null and revoked_at is null";

    /// <summary>Lists the open and the expired invitations, newest first.</summary>
    public async Task<Page<Invitation>> ListAsync(Guid organizationId, PageRequest page, CancellationToken cancel)
    {
        var rows = await database.Tenant(organizationId).QueryAsync<Invitation>(
            $"""
            select {Columns} from invitations where organization_id = @organizationId and {IsOpen}
              {(page.After is null ? "" : "and (created_at, id) < (@createdAt, @afterId)")}
            order by created_at desc, id desc limit @limit
            """, new { createdAt = page.After?.CreatedAt, afterId = page.After?.Id, limit = page.Limit + 1 }, cancel);
        return Page.Create(rows, page.Limit, row => new Cursor(row.CreatedAt, row.Id));
    }

    /// <summary>Adds an invitation and revokes an open one to the same address.</summary>
    internal static Task<Invitation?> AddAsync(Transaction transaction, Caller caller, Guid id, string email, Role role, byte[] hash, DateTime expiresAt) =>
        transaction.QueryFirstAsync<Invitation>(
            $"""
            update invitations set revoked_at = now()
            where organization_id = @OrganizationId and lower(email) = lower(@email) and {IsOpen} and id <> @id;
            insert into invitations (id, organization_id, email, role, token_hash, invited_by, expires_at)
            values (@id, @OrganizationId, @email, @role, @hash, @UserId, @expiresAt)
            on conflict (id) do update set token_hash = excluded.token_hash, expires_at = excluded.expires_at
            returning {Columns}
            """, new { caller.OrganizationId, caller.UserId, id, email, role = WireName.From(role), hash, expiresAt });

    /// <summary>Replaces the token of an open invitation. The previous token becomes invalid.</summary>
    internal static Task<Invitation?> RenewAsync(Transaction transaction, Guid organizationId, Guid id, byte[] hash, DateTime expiresAt) =>
        transaction.QueryFirstAsync<Invitation>(
            $"""
            update invitations set token_hash = @hash, expires_at = @expiresAt
            where organization_id = @organizationId and id = @id and {IsOpen} returning {Columns}
            """, new { organizationId, id, hash, expiresAt });

    /// <returns>True if the invitation was open.</returns>
    internal static async Task<bool> RevokeAsync(Transaction transaction, Guid organizationId, Guid id) =>
        await transaction.ExecuteAsync(
            $"update invitations set revoked_at = now() where organization_id = @organizationId and id = @id and {IsOpen}", new { organizationId, id }) > 0;

    /// <summary>Finds an invitation by its token in all organizations, because the person is not signed in.</summary>
    internal Task<Open?> FindAsync(byte[] hash, DateTime now, CancellationToken cancel) =>
        database.QueryFirstAsync<Open>(
            $"select id, organization_id, email, role from invitations where token_hash = @hash and expires_at > @now and {IsOpen}", new { hash, now }, cancel);

    /// <returns>True if the invitation was open. It cannot be accepted again.</returns>
    internal static async Task<bool> AcceptAsync(Transaction transaction, Open invitation, byte[] hash, DateTime now) =>
        await transaction.ExecuteAsync(
            $"""
            update invitations set accepted_at = @now
            where organization_id = @OrganizationId and id = @Id and token_hash = @hash and expires_at > @now and {IsOpen}
            """, new { invitation.OrganizationId, invitation.Id, hash, now }) > 0;
}
