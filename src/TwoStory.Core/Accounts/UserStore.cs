using Npgsql;
using TwoStory.Core.Data;

namespace TwoStory.Core.Accounts;

/// <summary>A user of one organization.</summary>
/// <param name="Paused">True if the user exceeds the subscription. A paused user cannot sign in.</param>
public sealed record User(Guid Id, Guid OrganizationId, string Email, string Name, Role Role, DateTime CreatedAt, bool Paused);

/// <summary>Reads and writes users.</summary>
public sealed class UserStore(Database database)
{
    internal sealed record Login(
        Guid Id, Guid OrganizationId, string Email, string Name, Role Role, DateTime CreatedAt, bool Paused, int SessionVersion, string PasswordHash)
    {
        public User User => new(Id, OrganizationId, Email, Name, Role, CreatedAt, Paused);
    }

    const string Columns = "select id, organization_id, email, name, role, created_at, paused from users";

    /// <summary>Finds a user by e-mail address in all organizations, because the user is not signed in.</summary>
    internal Task<Login?> FindLoginAsync(string email, CancellationToken cancel) =>
        database.QueryFirstAsync<Login>(
            """
            select id, organization_id, email, name, role, created_at, paused, session_version, password_hash
            from users where lower(email) = lower(@email)
            """, new { email }, cancel);

    internal static Task<Login?> FindLoginAsync(Transaction transaction, Guid organizationId, Guid userId) =>
        transaction.QueryFirstAsync<Login>(
            """
            select id, organization_id, email, name, role, created_at, paused, session_version, password_hash
            from users where organization_id = @organizationId and id = @userId
            """, new { organizationId, userId });

    /// <summary>Selects a user, to be read by <see cref="Read"/>.</summary>
    internal static TenantStatement Select(Guid userId) => new($"{Columns} where organization_id = $1 and id = $2", userId);

    internal static User Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.GetString(3), WireName.Parse<Role>(row.GetString(4)), row.GetDateTime(5), row.GetBoolean(6));

    public Task<User?> FindAsync(Guid organizationId, Guid userId, CancellationToken cancel) =>
        database.Tenant(organizationId).QueryFirstAsync<User>(
            $"{Columns} where organization_id = @organizationId and id = @userId", new { userId }, cancel);

    internal static Task<User?> FindAsync(Transaction transaction, Guid organizationId, Guid userId) =>
        transaction.QueryFirstAsync<User>($"{Columns} where organization_id = @organizationId and id = @userId", new { organizationId, userId });

    /// <exception cref="Npgsql.PostgresException">The e-mail address is taken: constraint <c>users_email</c>.</exception>
    internal static Task<User?> AddAsync(Transaction transaction, Guid organizationId, string email, string name, Role role, string passwordHash) =>
        transaction.QueryFirstAsync<User>(
            """
            insert into users (id, organization_id, email, name, role, password_hash)
            values (@id, @organizationId, @email, @name, @role, @passwordHash)
            returning id, organization_id, email, name, role, created_at, paused
            """,
            new { id = Guid.CreateVersion7(), organizationId, email, name, role = WireName.From(role), passwordHash });

    /// <summary>Newest first.</summary>
    public async Task<Page<User>> ListAsync(Guid organizationId, PageRequest page, CancellationToken cancel)
    {
        var rows = await database.Tenant(organizationId).QueryAsync<User>(
            $"""
            {Columns} where organization_id = @organizationId {(page.After is null ? "" : "and (created_at, id) < (@createdAt, @afterId)")}
            order by created_at desc, id desc limit @limit
            """, new { createdAt = page.After?.CreatedAt, afterId = page.After?.Id, limit = page.Limit + 1 }, cancel);
        return Page.Create(rows, page.Limit, user => new Cursor(user.CreatedAt, user.Id));
    }

    internal static Task<bool> IsUserAsync(Transaction transaction, Guid organizationId, Guid userId) =>
        transaction.QueryFirstAsync<bool>(
            "select exists (select from users where organization_id = @organizationId and id = @userId)", new { organizationId, userId });

    internal static Task<bool> IsMemberAsync(Transaction transaction, Guid organizationId, string email) =>
        transaction.QueryFirstAsync<bool>(
            "select exists (select from users where organization_id = @organizationId and lower(email) = lower(@email))", new { organizationId, email });

    // Locks the user and all owners in a fixed order, so that concurrent changes of owners cannot deadlock.
    internal static Task<IReadOnlyList<User>> LockWithOwnersAsync(Transaction transaction, Guid organizationId, Guid userId) =>
        transaction.QueryAsync<User>(
            $"{Columns} where organization_id = @organizationId and (id = @userId or role = 'owner') order by id for update", new { organizationId, userId });

    internal static Task<int> UpdateAsync(Transaction transaction, User user) =>
        transaction.ExecuteAsync(
            "update users set name = @Name, role = @role where organization_id = @OrganizationId and id = @Id",
            new { user.Name, role = WireName.From(user.Role), user.OrganizationId, user.Id });

    internal static Task<int> RemoveAsync(Transaction transaction, User user, Guid newOwner) =>
        transaction.ExecuteAsync(
            """
            update leads set owner_id = @newOwner, version = version + 1, updated_at = now() where organization_id = @OrganizationId and owner_id = @Id;
            -- Each notification goes to the owner of its lead: leads that were reassigned before have another one than the successor.
            update notifications n set user_id = l.owner_id from leads l
            where n.organization_id = @OrganizationId and n.user_id = @Id and l.organization_id = n.organization_id and l.id = n.lead_id;
            -- A message that is part of a request is only marked: the request may have to be repeated byte for byte.
            update email_outbox set canceled = true, state = case when state = 'pending' then 'failed' else state end,
                error = case when state = 'pending' then 'recipient_removed' else error end,
                payload = case when state = 'pending' and carries_secret then '' else payload end
            where organization_id = @OrganizationId and lower(recipient) = lower(@Email) and state in ('pending', 'sending', 'parked');
            update invitations set invited_by = @newOwner where organization_id = @OrganizationId and invited_by = @Id;
            delete from users where organization_id = @OrganizationId and id = @Id;
            """, new { newOwner, user.OrganizationId, user.Id, user.Email });

    /// <summary>Sets a new password, ends every session and deletes password reset links.</summary>
    /// <returns>The new session version.</returns>
    internal static Task<int> SetPasswordAsync(Transaction transaction, Guid organizationId, Guid userId, string passwordHash) =>
        transaction.QueryFirstAsync<int>(
            """
            update refresh_tokens set revoked_at = now() where organization_id = @organizationId and user_id = @userId and revoked_at is null;
            delete from password_resets where organization_id = @organizationId and user_id = @userId;
            update users set password_hash = @passwordHash, session_version = session_version + 1
            where organization_id = @organizationId and id = @userId returning session_version
            """, new { organizationId, userId, passwordHash });
}
