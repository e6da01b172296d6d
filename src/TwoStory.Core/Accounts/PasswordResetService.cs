using TwoStory.Core.Data;
using TwoStory.Core.Email;

namespace TwoStory.Core.Accounts;

/// <summary>Sets a new password for who has forgotten it and can read the mail of the account.</summary>
public sealed class PasswordResetService(
    Database database, UserStore users, PasswordResetStore resets, OutboxStore outbox, PasswordHasher hasher, AttemptLimiter attempts, AttemptLimits limits,
    TimeProvider time)
{
    static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>Mails a link to the address when it has an account. Does and answers the same when it has none.</summary>
    /// <exception cref="ValidationException">It is no e-mail address.</exception>
    /// <exception cref="TooManyAttemptsException">Too many requests.</exception>
    public async Task ForgetAsync(string? email, Origin origin, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var address = EmailAddress.Required(errors, "email", email);
        errors.ThrowIfAny();
        await attempts.TakeByAddressAsync("forgot-address", origin, address, limits.ForgotByAddress, cancel);
        await attempts.TakeByEmailAsync("forgot-email", address, origin, limits.ForgotByEmail, cancel);
        var user = (await users.FindLoginAsync(address, cancel))?.User;
        var token = SecretToken.Create();
        var hash = SecretToken.Hash(token)!;
        var mail = PasswordResetEmail.Render($"{outbox.FrontendUrl}/reset-password?token={token}", (int)Lifetime.TotalMinutes);
        await database.TransactAsync(async transaction =>
        {
            await PasswordResetStore.AddAsync(transaction, user, hash, Now + Lifetime);
            await AuditLog.AddAsync(transaction, new AuditEntry(AuditAction.PasswordForgotten, user?.OrganizationId, user?.Id, origin));
            // Of nobody's organization nothing is written; the statement is sent all the same.
            return await outbox.EnqueueAsync(
                transaction, user?.OrganizationId ?? Guid.Empty, user?.Email ?? address, mail, $"password-reset:{Convert.ToHexStringLower(hash)}");
        }, cancel);
    }

    /// <summary>Sets the password, ends every session and voids the account's other links.</summary>
    /// <exception cref="ValidationException">The password does not fit; the link still works.</exception>
    /// <exception cref="NotFoundException">The link was used or replaced, or has run out.</exception>
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

    static NotFoundException Missing() => new("password_reset_not_found", "The link was used or replaced, or has run out. Ask for a new one.");
}
