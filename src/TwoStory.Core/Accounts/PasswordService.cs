using System.Text;
using TwoStory.Core.Data;

namespace TwoStory.Core.Accounts;

/// <summary>Changes passwords. Every other session ends with the old one.</summary>
public sealed class PasswordService(
    Database database, UserStore users, SessionService sessions, IPasswordHasher hasher, AttemptLimiter attempts, AttemptLimits limits, AuditLog audit)
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

/// <summary>What a new password must be. bcrypt reads 72 bytes, so a longer one would silently count only in part.</summary>
public static class PasswordRules
{
    public const int MinBytes = 10;
    public const int MaxBytes = 72;

    public static bool Fits(string password) =>
        Encoding.UTF8.GetByteCount(password) is >= MinBytes and <= MaxBytes && !password.Contains('\0', StringComparison.Ordinal);

    /// <summary>Takes a new password; what is wrong with it goes into the errors.</summary>
    public static string Required(FieldErrors errors, string field, string? password)
    {
        if (string.IsNullOrEmpty(password)) errors.Add(field, "is required.");
        else errors.AddIf(!Fits(password), field, $"must have {MinBytes} to {MaxBytes} bytes as UTF-8 (letters of other alphabets count two and more) and no U+0000.");
        return password ?? "";
    }
}
