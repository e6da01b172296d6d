using Azure;
using Azure.Identity;
using Azure.Security.KeyVault.Secrets;
using Microsoft.Extensions.Logging;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Secrets;

/// <summary>
/// Keeps Spark credentials in Azure Key Vault. The database holds <c>t-{organization}-spark/{version}</c>: a version never changes, so what was
/// read once may be remembered, and a credential that another instance has replaced is never taken for the current one.
/// </summary>
/// <param name="client">Made when it is first needed: nothing touches the vault at the start.</param>
sealed class KeyVaultCredentialVault(Lazy<SecretClient> client, TimeProvider time, ILogger<KeyVaultCredentialVault> logger) : ICredentialVault
{
    readonly SecretMemory memory = new(time);

    readonly SecretVersions versions = new(logger);

    public IReadOnlyList<string> KeyIds => [];

    public async Task<string> StoreAsync(Guid organizationId, string secret, CancellationToken cancel)
    {
        var name = NameOf(organizationId);
        var stored = await FetchAsync(() => new SecretWriter(client.Value, time).WriteAsync(name, secret, cancel));
        await versions.DisableOldAsync(client.Value, name, stored.Properties.Version, cancel);
        var reference = $"{name}/{stored.Properties.Version}";
        memory.Keep(reference, secret);
        return reference;
    }

    public async Task<string> ReadAsync(Guid organizationId, string reference, CancellationToken cancel)
    {
        // The name says whose it is: a reference that was copied to another organization's row does not open.
        if (reference.Split('/') is not [var name, { Length: > 0 } version] || name != NameOf(organizationId)) throw new UnreadableSecretException();
        if (memory.Find(reference) is { } known) return known;
        var secret = await FetchAsync(async () => (await client.Value.GetSecretAsync(name, version, cancellationToken: cancel)).Value);
        memory.Keep(reference, secret.Value);
        return secret.Value;
    }

    // Key Vault allows letters, digits and hyphens, and nothing personal in a name.
    internal static string NameOf(Guid organizationId) => $"t-{organizationId:N}-spark";

    // By now the SDK has tried again what is worth it; when nothing answered, it throws all tries together. A vault that is away is a provider that is away.
    static async Task<KeyVaultSecret> FetchAsync(Func<Task<KeyVaultSecret>> ask)
    {
        try
        {
            return await ask();
        }
        catch (RequestFailedException missing) when (missing.Status == 404 || (missing.Status == 403 && missing.Message.Contains("disabled", StringComparison.OrdinalIgnoreCase)))
        {
            throw new UnreadableSecretException(missing);
        }
        catch (Exception failure) when (failure is RequestFailedException or AuthenticationFailedException or AggregateException)
        {
            throw new UpstreamException(
                UpstreamFailure.Unavailable, "keyvault", "keyvault_unavailable", "The vault with the Spark credentials cannot be asked just now.", cause: failure);
        }
    }
}
