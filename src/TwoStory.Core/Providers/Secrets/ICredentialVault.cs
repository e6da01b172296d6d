namespace TwoStory.Core.Providers.Secrets;

/// <summary>Keeps an organization's secrets outside of what the database shows.</summary>
public interface ICredentialVault
{
    /// <summary>The keys that it opens secrets with, by name, first the one that it stores with; empty where the vault has keys of its own.</summary>
    IReadOnlyList<string> KeyIds { get; }

    /// <returns>What to keep in the database: a ciphertext or the name under which the secret lies elsewhere.</returns>
    Task<string> StoreAsync(Guid organizationId, string secret, CancellationToken cancel);

    /// <exception cref="UnreadableSecretException">It was stored for another organization, under another key, or was tampered with.</exception>
    Task<string> ReadAsync(Guid organizationId, string reference, CancellationToken cancel);
}
