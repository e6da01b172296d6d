using Azure;
using Azure.Security.KeyVault.Secrets;
using Microsoft.Extensions.Logging;

namespace TwoStory.Core.Providers.Secrets;

/// <summary>
/// Writes a secret, also in place of a deleted one: its name is reserved while it can be recovered, and for some time after the
/// recovery. See https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview
/// </summary>
sealed class SecretWriter(SecretClient client, TimeProvider time)
{
    const int Tries = 6;

    static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);

    public async Task<KeyVaultSecret> WriteAsync(string name, string value, CancellationToken cancel)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await client.SetSecretAsync(name, value, cancel);
            }
            catch (RequestFailedException conflict) when (conflict.Status == 409 && tries < Tries)
            {
                if (conflict.Message.Contains("ObjectIsDeletedButRecoverable", StringComparison.Ordinal)) await RecoverAsync(name, cancel);
                await Task.Delay(FirstWait * Math.Pow(2, tries - 1), time, cancel);
            }
        }
    }

    async Task RecoverAsync(string name, CancellationToken cancel)
    {
        try
        {
            await client.StartRecoverDeletedSecretAsync(name, cancel);
        }
        catch (RequestFailedException failure) when (failure.Status is 404 or 409)
        {
            // Another process recovers it at the same time.
        }
    }
}

/// <summary>Disables versions that are no longer referenced; a single version cannot be deleted.</summary>
sealed class SecretVersions(ILogger logger)
{
    // The database may still name an earlier version, because it is changed after the vault.
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
            // The secret is stored; the next change disables the old versions.
            logger.LogWarning("Old versions of a secret stay enabled: {Status} {Code}", failure.Status, failure.ErrorCode);
        }
    }
}
