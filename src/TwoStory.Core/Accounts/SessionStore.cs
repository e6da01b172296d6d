using TwoStory.Core.Data;

namespace TwoStory.Core.Accounts;

/// <summary>Reads and writes refresh tokens. All tokens of one sign-in form a family.</summary>
public sealed class SessionStore(Database database)
{
    internal sealed record Token(
        Guid Id, Guid OrganizationId, Guid UserId, Guid FamilyId, DateTime ExpiresAt, DateTime? ReplacedAt, DateTime? RevokedAt, bool SuccessorUsed);

    /// <summary>Finds a token and locks it until the transaction ends.</summary>
    internal static Task<Token?> LockAsync(Transaction transaction, byte[] hash) =>
        transaction.QueryFirstAsync<Token>(
            """
            select t.id, t.organization_id, t.user_id, t.family_id, t.expires_at, t.replaced_at, t.revoked_at,
                coalesce((select s.replaced_at is not null from refresh_tokens s where s.id = t.replaced_by), false) as successor_used
            from refresh_tokens t where t.token_hash = @hash for update
            """, new { hash });

    internal static Task<int> AddAsync(Transaction transaction, Guid id, User user, Guid familyId, byte[] hash, DateTime expiresAt) =>
        transaction.ExecuteAsync(
            """
            insert into refresh_tokens (id, organization_id, user_id, family_id, token_hash, expires_at)
            values (@id, @OrganizationId, @UserId, @familyId, @hash, @expiresAt)
            """, new { id, user.OrganizationId, UserId = user.Id, familyId, hash, expiresAt });

    // A token used twice within the grace period keeps its first successor.
    internal static Task<int> ReplaceAsync(Transaction transaction, Guid id, Guid successor, DateTime now) =>
        transaction.ExecuteAsync(
            "update refresh_tokens set replaced_by = @successor, replaced_at = @now where id = @id and replaced_at is null", new { id, successor, now });

    internal static Task<int> RevokeAsync(Transaction transaction, Guid familyId, DateTime now) =>
        transaction.ExecuteAsync(
            "update refresh_tokens set revoked_at = @now where family_id = @familyId and revoked_at is null", new { familyId, now });

    public Task RevokeAsync(Guid organizationId, Guid userId, Guid familyId, DateTime now, CancellationToken cancel) =>
        database.Tenant(organizationId).ExecuteAsync(
            """
            update refresh_tokens set revoked_at = @now
            where organization_id = @organizationId and user_id = @userId and family_id = @familyId and revoked_at is null
            """, new { userId, familyId, now }, cancel);

    /// <summary>Deletes expired tokens of a user.</summary>
    internal static Task<int> RemoveExpiredAsync(Transaction transaction, User user, DateTime now) =>
        transaction.ExecuteAsync(
            "delete from refresh_tokens where organization_id = @OrganizationId and user_id = @Id and expires_at < @now",
            new { user.OrganizationId, user.Id, now });

    /// <returns>The user; null if the user was removed or the session has ended.</returns>
    public Task<User?> FindUserAsync(Guid organizationId, Guid userId, Guid familyId, int sessionVersion, CancellationToken cancel) =>
        database.Tenant(organizationId).QueryFirstAsync<User>(
            """
            select u.id, u.organization_id, u.email, u.name, u.role, u.created_at, u.paused
            from users u
            where u.organization_id = @organizationId and u.id = @userId and u.session_version = @sessionVersion
              and exists (select from refresh_tokens t
                where t.organization_id = @organizationId and t.user_id = u.id and t.family_id = @familyId and t.revoked_at is null)
            """, new { userId, familyId, sessionVersion }, cancel);
}
