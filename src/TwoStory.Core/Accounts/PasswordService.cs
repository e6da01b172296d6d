using System.Text;
using TwoStory.Core.Data;

namespace TwoStory.Core.Accounts;

/// <summary>Changes passwords. A change ends every other session of the user.</summary>
public sealed class PasswordService(
    Database database, UserStore users, SessionService sessions, PasswordHasher hasher, AttemptLimiter attempts, AttemptLimits limits, AuditLog audit)
{
    /// <returns>A new session that replaces the present one.</returns>
    /// <exception cref="ValidationException">The present password is wrong, or the new one breaks the rules.</exception>
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

/// <summary>The rules for new passwords. bcrypt ignores everything after 72 bytes, so longer passwords are refused.</summary>
public static class PasswordRules
{
    public const int MinBytes = 10;
    public const int MaxBytes = 72;

    public static bool IsValid(string password) => Encoding.UTF8.GetByteCount(password) >= MinBytes && IsWhole(password);

    /// <summary>True if bcrypt reads the whole password.</summary>
    internal static bool IsWhole(string password) => Encoding.UTF8.GetByteCount(password) <= MaxBytes && !password.Contains('\0', StringComparison.Ordinal);

    /// <summary>Reads a required new password and adds its errors.</summary>
    public static string Required(FieldErrors errors, string field, string? password)
    {
        const string Rule = "must have 10 to 72 bytes in UTF-8 (one for each ASCII character) and no character U+0000.";
        if (string.IsNullOrEmpty(password)) errors.Add(field, "is required.");
        else errors.AddIf(!IsValid(password), field, Rule);
        return password ?? "";
    }
}
