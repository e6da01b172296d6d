using System.Text;

namespace TwoStory.Core.Accounts;

/// <summary>What a new password must be. bcrypt reads 72 bytes, so a longer one would silently count only in part.</summary>
public static class PasswordRules
{
    public const int MinBytes = 10;
    public const int MaxBytes = 72;

    public static bool Fits(string password) => Encoding.UTF8.GetByteCount(password) >= MinBytes && IsWhole(password);

    /// <summary>Whether bcrypt reads all of it.</summary>
    internal static bool IsWhole(string password) => Encoding.UTF8.GetByteCount(password) <= MaxBytes && !password.Contains('\0', StringComparison.Ordinal);

    /// <summary>Takes a new password; what is wrong with it goes into the errors.</summary>
    public static string Required(FieldErrors errors, string field, string? password)
    {
        if (string.IsNullOrEmpty(password)) errors.Add(field, "is required.");
        else errors.AddIf(!Fits(password), field, $"must have {MinBytes} to {MaxBytes} bytes as UTF-8 (letters of other alphabets count two and more) and no U+0000.");
        return password ?? "";
    }
}
