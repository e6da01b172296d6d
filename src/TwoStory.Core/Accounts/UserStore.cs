using TwoStory.Core.Data;

namespace TwoStory.Core.Accounts;

/// <summary>Users as rows.</summary>
public sealed class UserStore(Database database)
{
    internal sealed record Login(Guid Id, Guid OrganizationId, string Email, string Name, Role Role, DateTime CreatedAt, int SessionVersion, string PasswordHash)
    {
        public User User => new(Id, OrganizationId, Email, Name, Role, CreatedAt);
    }

    const string Columns = "select id, organization_id, email, name, role, created_at from users";

    /// <summary>Finds by e-mail among all organizations, since nobody is signed in yet.</summary>
    internal Task<Login?> FindLoginAsync(string email, CancellationToken cancel) =>
        database.QueryFirstAsync<Login>(
            """
            select id, organization_id, email, name, role, created_at, session_version, password_hash
            from users where lower(email) = lower(@email)
            """, new { email }, cancel);

    internal static Task<Login?> FindLoginAsync(Transaction transaction, Guid organizationId, Guid userId) =>
        transaction.QueryFirstAsync<Login>(
            """
            select id, organization_id, email, name, role, created_at, session_version, password_hash
            from users where organization_id = @organizationId and id = @userId
            """, new { organizationId, userId });

    public Task<User?> FindAsync(Guid organizationId, Guid userId, CancellationToken cancel) =>
        database.Tenant(organizationId).QueryFirstAsync<User>(
            $"{Columns} where organization_id = @organizationId and id = @userId", new { userId }, cancel);

    /// <exception cref="Npgsql.PostgresException">The e-mail address is taken: constraint <c>users_email</c>.</exception>
    internal static Task<User?> AddAsync(Transaction transaction, Guid organizationId, string email, string name, Role role, string passwordHash) =>
        transaction.QueryFirstAsync<User>(
            """
            insert into users (id, organization_id, email, name, role, password_hash)
            values (@id, @organizationId, @email, @name, @role, @passwordHash)
            returning id, organization_id, email, name, role, created_at
            """,
            new { id = Guid.CreateVersion7(), organizationId, email, name, role = WireName.Of(role), passwordHash });
}
