using Azure;
using Azure.Security.KeyVault.Secrets;
using Microsoft.Extensions.Logging;

namespace TwoStory.Core.Providers.Secrets;

/// <summary>Disables versions that nothing refers to any more; a version cannot be deleted by itself.</summary>
sealed class SecretVersions(ILogger logger)
{
    // The database may still name an earlier one: it is changed after the vault.
    const int Kept = 5;

    public async Task DisableOldAsync(SecretClient client, string name, string current, CancellationToken cancel)
    {
        try
        {
            var enabled = new List<SecretProperties>();
            await foreach (var version in client.GetPropertiesOfSecretVersionsAsync(name, cancel))
            {
                if (version.Enabled == true && version.Version != current) enabled.Add(version);
            }
            foreach (var old in enabled.OrderByDescending(version => version.CreatedOn).Skip(Kept - 1))
            {
                old.Enabled = false;
                await client.UpdateSecretPropertiesAsync(old, cancel);
            }
        }
        catch (RequestFailedException failure)
        {
            // The secret itself is stored; the next one cleans up.
            logger.LogWarning("Old versions of a secret stay enabled: {Status} {Code}", failure.Status, failure.ErrorCode);
        }
    }
}
