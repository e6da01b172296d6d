namespace TwoStory.Core.Accounts;

/// <summary>bcrypt, by whatever the head has: PostgreSQL's pgcrypto, or a library. Each verifies the other's hashes.</summary>
public interface IPasswordHasher
{
    /// <returns>A hash such as <c>$2a$12$…</c>.</returns>
    Task<string> HashAsync(string password, CancellationToken cancel);

    /// <summary>Compares, and takes as long when there is nothing to compare with.</summary>
    /// <param name="password">As typed.</param>
    /// <param name="hash">A hash that begins with $2a$ or $2b$; null for an unknown user.</param>
    /// <param name="cancel">Stops waiting for the answer.</param>
    Task<bool> VerifyAsync(string password, string? hash, CancellationToken cancel);
}
