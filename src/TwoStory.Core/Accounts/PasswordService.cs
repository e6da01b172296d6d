using TwoStory.Core.Data;

namespace TwoStory.Core.Accounts;

/// <summary>Changes passwords. Every other session ends with the old one.</summary>
public sealed class PasswordService(
    Database database, UserStore users, SessionService sessions, PasswordHasher hasher, AttemptLimiter attempts, AttemptLimits limits, AuditLog audit)
{
    /// <returns>A new session in place of the caller's.</returns>
    /// <exception cref="ValidationException">The present password is wrong, or the new one does not fit.</exception>
    /// <exception cref="TooManyAttemptsException">Too many attempts.</exception>
    public async Task<Session> ChangeAsync(Caller caller, string? current, string? next, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.AddIf(string.IsNullOrEmpty(current), "currentPassword", "is required.");
        var password = PasswordRules.Required(errors, "newPassword", next);
        errors.ThrowIfAny();
        await attempts.TakeByEmailAsync("sign-in-email", caller.Email, caller.Origin, limits.SignInByEmail, cancel);
        var login = await users.FindLoginAsync(caller.Email, cancel);
        if (!await hasher.VerifyAsync(current!, login?.PasswordHash, cancel))
        {
            await audit.AddAsync(caller.Did(AuditAction.SignInFailed, detail: "change-password"), cancel);
            throw new ValidationException("currentPassword", "is wrong.");
        }
        await attempts.RefundAsync("sign-in-email", caller.Email, limits.SignInByEmail, cancel);
        var hash = await hasher.HashAsync(password, cancel);
        return await database.TransactAsync(async transaction =>
        {
            await AuditLog.AddAsync(transaction, caller.Did(AuditAction.PasswordChanged));
            var version = await UserStore.SetPasswordAsync(transaction, caller.OrganizationId, caller.UserId, hash);
            return await sessions.StartAsync(transaction, login!.User, version);
        }, cancel);
    }
}
