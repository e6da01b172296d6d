using TwoStory.Core.Accounts;

namespace TwoStory.Functions.Accounts;

/// <summary>bcrypt by a library, so that a sign-in does not keep the database busy.</summary>
sealed class BcryptPasswordHasher : IPasswordHasher
{
    const int Cost = 12;

    // Compared with when there is no user, so that an unknown address takes as long as a wrong password.
    static readonly string Nobody = BCrypt.Net.BCrypt.HashPassword(Guid.NewGuid().ToString("N"), Cost);

    public Task<string> HashAsync(string password, CancellationToken cancel) => Task.Run(() => BCrypt.Net.BCrypt.HashPassword(password, Cost), cancel);

    public Task<bool> VerifyAsync(string password, string? hash, CancellationToken cancel) =>
        Task.Run(() => BCrypt.Net.BCrypt.Verify(password, IsHash(hash) ? hash! : Nobody) && IsHash(hash), cancel);

    static bool IsHash(string? hash) => hash is ['$', '2', ..];
}
