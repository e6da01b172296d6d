using TwoStory.Core.Data;

namespace TwoStory.Core.Accounts;

/// <summary>Lets a user who forgot the password set a new one by a link sent to the e-mail address of the account.</summary>
public sealed class PasswordResetService(
    Database database, UserStore users, PasswordResetStore resets, IAccountEmails emails, PasswordHasher hasher, AttemptLimiter attempts, AttemptLimits limits,
    TimeProvider time)
{
    static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>Sends a link to the address if it has an account. Runs the same statements and gives the same result if it has none.</summary>
    /// <exception cref="ValidationException">The address is not an e-mail address.</exception>
    /// <exception cref="TooManyAttemptsException">Too many requests.</exception>
    public async Task RequestAsync(string? email, Origin origin, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var address = EmailAddress.Required(errors, "email", email);
        errors.ThrowIfAny();
        await attempts.TakeByAddressAsync("forgot-address", origin, address, limits.ForgotByAddress, cancel);
        await attempts.TakeByEmailAsync("forgot-email", address, origin, limits.ForgotByEmail, cancel);
        var user = (await users.FindLoginAsync(address, cancel))?.User;
        var token = SecretToken.Create();
        var hash = SecretToken.Hash(token)!;
        await database.TransactAsync(async transaction =>
        {
            await PasswordResetStore.AddAsync(transaction, user, hash, Now + Lifetime);
            await AuditLog.AddAsync(transaction, new AuditEntry(AuditAction.PasswordForgotten, user?.OrganizationId, user?.Id, origin));
            await emails.EnqueuePasswordResetAsync(transaction, user, address, token, Lifetime);
            return true;
        }, cancel);
    }

    /// <summary>Sets the password, ends every session and invalidates the account's other links.</summary>
    /// <exception cref="ValidationException">The password breaks the rules; the link still works.</exception>
    /// <exception cref="NotFoundException">The link was used or replaced, or has expired.</exception>
    /// <exception cref="TooManyAttemptsException">Too many attempts.</exception>
    public async Task ResetAsync(string? token, string? next, Origin origin, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.AddIf(string.IsNullOrEmpty(token), "token", "is required.");
        var password = PasswordRules.Required(errors, "password", next);
        errors.ThrowIfAny();
        await attempts.TakeByAddressAsync("link-address", origin, email: null, limits.LinkByAddress, cancel);
        var hash = SecretToken.Hash(token) ?? throw Missing();
        var user = await resets.FindAsync(hash, Now, cancel) ?? throw Missing();
        await attempts.TakeByEmailAsync("link-email", user.Email, origin, limits.LinkByEmail, cancel);
        var passwordHash = await hasher.HashAsync(password, cancel);
        await database.TransactAsync(async transaction =>
        {
            if (!await PasswordResetStore.UseAsync(transaction, user, hash, Now)) throw Missing();
            await AuditLog.AddAsync(transaction, new AuditEntry(AuditAction.PasswordReset, user.OrganizationId, user.Id, origin));
            return await UserStore.SetPasswordAsync(transaction, user.OrganizationId, user.Id, passwordHash);
        }, cancel);
        await attempts.RefundAsync("link-address", origin.Address, limits.LinkByAddress, cancel);
    }

    DateTime Now => time.GetUtcNow().UtcDateTime;

    static NotFoundException Missing() => new("password_reset_not_found", "The link was used or replaced, or has expired. Request a new one.");
}

/// <summary>Reads and writes password reset links.</summary>
public sealed class PasswordResetStore(Database database)
{
    /// <param name="user">Null for an unknown address. The row then belongs to no user and takes the same work to write.</param>
    internal static Task<int> AddAsync(Transaction transaction, User? user, byte[] hash, DateTime expiresAt) =>
        transaction.ExecuteAsync(
            """
            insert into password_resets (id, organization_id, user_id, token_hash, expires_at)
            values (@id, @OrganizationId, @UserId, @hash, @expiresAt)
            """, new { id = Guid.CreateVersion7(), user?.OrganizationId, UserId = user?.Id, hash, expiresAt });

    /// <summary>Finds the user of a token in all organizations, because the user is not signed in.</summary>
    internal Task<User?> FindAsync(byte[] hash, DateTime now, CancellationToken cancel) =>
        database.QueryFirstAsync<User>(
            """
            select u.id, u.organization_id, u.email, u.name, u.role, u.created_at, u.paused
            from password_resets r join users u on u.organization_id = r.organization_id and u.id = r.user_id
            where r.token_hash = @hash and r.expires_at > @now
            """, new { hash, now }, cancel);

    /// <returns>True if the link was valid. It cannot be used again.</returns>
    internal static async Task<bool> UseAsync(Transaction transaction, User user, byte[] hash, DateTime now) =>
        await transaction.ExecuteAsync(
            "delete from password_resets where organization_id = @OrganizationId and user_id = @Id and token_hash = @hash and expires_at > @now",
            new { user.OrganizationId, user.Id, hash, now }) > 0;
}
