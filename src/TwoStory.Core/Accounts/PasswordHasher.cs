namespace TwoStory.Core.Accounts;

/// <summary>bcrypt. Verifies hashes that begin with $2a$, $2b$ or $2y$, whatever library or database wrote them.</summary>
/// <param name="cost">The binary logarithm of the rounds, 4 to 31; tests take fewer.</param>
public sealed class PasswordHasher(int cost = PasswordHasher.DefaultCost)
{
    public const int DefaultCost = 12;

    // Compared with when there is no user, so that an unknown address takes as long as a wrong password.
    readonly Lazy<string> nobody = new(() => BCrypt.Net.BCrypt.HashPassword(Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16)), cost));

    /// <returns>A hash such as <c>$2a$12$…</c>.</returns>
    /// <exception cref="ArgumentException">bcrypt would read only a part of it; see <see cref="PasswordRules"/>.</exception>
    public Task<string> HashAsync(string password, CancellationToken cancel) => PasswordRules.IsWhole(password)
        ? Task.Run(() => BCrypt.Net.BCrypt.HashPassword(password, cost), cancel)
        : throw new ArgumentException($"bcrypt reads {PasswordRules.MaxBytes} bytes, up to the first U+0000.", nameof(password));

    /// <summary>Compares, and takes as long when there is nothing to compare with.</summary>
    /// <param name="password">As typed.</param>
    /// <param name="hash">Null for an unknown user.</param>
    /// <param name="cancel">Stops waiting for a processor.</param>
    public Task<bool> VerifyAsync(string password, string? hash, CancellationToken cancel)
    {
        // A text of which bcrypt reads only a part is no password that could have been set.
        var (text, isWhole) = PasswordRules.IsWhole(password) ? (password, true) : ("", false);
        var known = hash is ['$', '2', ..] ? hash : null;
        return Task.Run(() => BCrypt.Net.BCrypt.Verify(text, known ?? nobody.Value) && known is not null && isWhole, cancel);
    }
}
