using System.Collections.Concurrent;
using Azure;
using Azure.Identity;
using Azure.Security.KeyVault.Secrets;
using Microsoft.Extensions.Logging;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Secrets;

/// <summary>
/// Stores Spark credentials in Azure Key Vault. The database stores <c>t-{organization}-spark/{version}</c>. A version never changes, so it
/// can be cached, and a credential that another instance has replaced is never used as the current one.
/// </summary>
/// <param name="client">Created on first use, so that the start does not depend on the vault.</param>
sealed class KeyVaultCredentialVault(Lazy<SecretClient> client, TimeProvider time, ILogger<KeyVaultCredentialVault> logger) : ICredentialVault
{
    readonly SecretMemory memory = new(time);

    readonly SecretVersions versions = new(logger);

    public IReadOnlyList<string> KeyIds => [];

    public async Task<string> StoreAsync(Guid organizationId, string secret, CancellationToken cancel)
    {
        var name = SecretName(organizationId);
        var stored = await FetchAsync(() => new SecretWriter(client.Value, time).WriteAsync(name, secret, cancel));
        await versions.DisableOldAsync(client.Value, name, stored.Properties.Version, cancel);
        var reference = $"{name}/{stored.Properties.Version}";
        memory.Add(reference, secret);
        return reference;
    }

    public async Task<string> ReadAsync(Guid organizationId, string reference, CancellationToken cancel)
    {
        // The name has the organization's id, so a reference copied to another organization's row is refused.
        if (reference.Split('/') is not [var name, { Length: > 0 } version] || name != SecretName(organizationId)) throw new UnreadableSecretException();
        if (memory.Find(reference) is { } known) return known;
        var secret = await FetchAsync(async () => (await client.Value.GetSecretAsync(name, version, cancellationToken: cancel)).Value);
        memory.Add(reference, secret.Value);
        return secret.Value;
    }

    // Key Vault allows letters, digits and hyphens, and nothing personal in a name.
    internal static string SecretName(Guid organizationId) => $"t-{organizationId:N}-spark";

    // The SDK has already retried, and throws an AggregateException when no attempt got an answer. A vault that does not answer is reported like a provider that does not answer.
    static async Task<KeyVaultSecret> FetchAsync(Func<Task<KeyVaultSecret>> fetch)
    {
        try
        {
            return await fetch();
        }
        catch (RequestFailedException missing) when (missing.Status == 404
            || (missing.Status == 403 && missing.Message.Contains("disabled", StringComparison.OrdinalIgnoreCase)))
        {
            throw new UnreadableSecretException(missing);
        }
        catch (Exception failure) when (failure is RequestFailedException or AuthenticationFailedException or AggregateException)
        {
            throw new UpstreamException(
                UpstreamFailure.Unavailable, "keyvault", "keyvault_unavailable", "The vault with the Spark credentials is not available.", cause: failure);
        }
    }
}

/// <summary>Caches secrets, so that a run reads the vault once and not once a batch.</summary>
sealed class SecretMemory(TimeProvider time)
{
    const int Most = 5_000;

    // A version that an operator disables is used no longer than this.
    static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    readonly ConcurrentDictionary<string, (string Secret, DateTimeOffset Until)> entries = new();

    public string? Find(string reference) => entries.TryGetValue(reference, out var entry) && entry.Until > time.GetUtcNow() ? entry.Secret : null;

    public void Add(string reference, string secret)
    {
        if (entries.Count >= Most) entries.Clear();
        entries[reference] = (secret, time.GetUtcNow() + Lifetime);
    }
}
