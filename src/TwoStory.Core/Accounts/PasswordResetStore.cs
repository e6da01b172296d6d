using TwoStory.Core.Data;

namespace TwoStory.Core.Accounts;

/// <summary>Links to set a new password, as rows.</summary>
public sealed class PasswordResetStore(Database database)
{
    /// <param name="user">Null for an address that nobody has: the row opens nothing, and costs what a real one costs.</param>
    internal static Task<int> AddAsync(Transaction transaction, User? user, byte[] hash, DateTime expiresAt) =>
        transaction.ExecuteAsync(
            """
            insert into password_resets (id, organization_id, user_id, token_hash, expires_at)
            values (@id, @OrganizationId, @UserId, @hash, @expiresAt)
            """, new { id = Guid.CreateVersion7(), user?.OrganizationId, UserId = user?.Id, hash, expiresAt });

    /// <summary>Finds by token among all organizations, since who resets is not signed in.</summary>
    internal Task<User?> FindAsync(byte[] hash, DateTime now, CancellationToken cancel) =>
        database.QueryFirstAsync<User>(
            """
            select u.id, u.organization_id, u.email, u.name, u.role, u.created_at, u.paused
            from password_resets r join users u on u.organization_id = r.organization_id and u.id = r.user_id
            where r.token_hash = @hash and r.expires_at > @now
            """, new { hash, now }, cancel);

    /// <returns>Whether it could still be used; nobody else can use it then.</returns>
    internal static async Task<bool> UseAsync(Transaction transaction, User user, byte[] hash, DateTime now) =>
        await transaction.ExecuteAsync(
            "delete from password_resets where organization_id = @OrganizationId and user_id = @Id and token_hash = @hash and expires_at > @now",
            new { user.OrganizationId, user.Id, hash, now }) > 0;
}
