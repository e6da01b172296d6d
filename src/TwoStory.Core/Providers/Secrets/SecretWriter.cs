using Azure;
using Azure.Security.KeyVault.Secrets;

namespace TwoStory.Core.Providers.Secrets;

/// <summary>
/// Writes a secret, also over one that somebody has deleted: its name stays taken while it can be recovered, and is not free
/// at once even when it has been. https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview
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
            catch (RequestFailedException taken) when (taken.Status == 409 && tries < Tries)
            {
                if (taken.Message.Contains("ObjectIsDeletedButRecoverable", StringComparison.Ordinal)) await RecoverAsync(name, cancel);
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
            // Somebody else recovers it in the same moment.
        }
    }
}
