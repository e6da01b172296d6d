namespace TwoStory.Core.Providers.Secrets;

/// <summary>Stores an organization's secrets so that the database does not reveal them.</summary>
public interface ICredentialVault
{
    /// <summary>The ids of the keys that decrypt secrets, the one that encrypts first; empty where the vault manages its keys.</summary>
    IReadOnlyList<string> KeyIds { get; }

    /// <returns>The text for the database: a ciphertext, or the secret's name in the vault.</returns>
    Task<string> StoreAsync(Guid organizationId, string secret, CancellationToken cancel);

    /// <exception cref="UnreadableSecretException">The secret was stored for another organization or with another key, or was changed.</exception>
    Task<string> ReadAsync(Guid organizationId, string reference, CancellationToken cancel);
}

/// <summary>A stored secret cannot be decrypted; its owner has to enter it again.</summary>
public sealed class UnreadableSecretException(Exception? cause = null) : Exception("A stored secret cannot be decrypted with the current key.", cause);
