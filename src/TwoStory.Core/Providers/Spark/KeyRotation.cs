using Microsoft.Extensions.Logging;
using TwoStory.Core.Data;
using TwoStory.Core.Providers.Secrets;

namespace TwoStory.Core.Providers.Spark;

/// <param name="Renewed">The number of organizations whose credentials were encrypted again with the current key.</param>
/// <param name="Unreadable">The number whose credentials none of the keys decrypts.</param>
public sealed record KeyReport(int Renewed, int Unreadable);

/// <summary>Encrypts all stored credentials with the current key, so that an old key can be removed, and logs when it can.</summary>
public sealed class KeyRotation(Database database, SparkCredentialStore store, ICredentialVault vault, ILogger<KeyRotation> logger)
{
    const int PageSize = 100;

    public async Task<KeyReport> SweepAsync(CancellationToken cancel)
    {
        if (vault.KeyIds is not [var current, ..]) return new KeyReport(0, 0);
        var report = new KeyReport(0, 0);
        for (var page = await UnderOtherKeysAsync(current, Guid.Empty, cancel); page.Count > 0; page = await UnderOtherKeysAsync(current, page[^1], cancel))
        {
            foreach (var organizationId in page) report = await RenewAsync(report, organizationId, cancel);
        }
        if (report.Unreadable > 0)
        {
            logger.LogWarning(
                "None of the keys in ENCRYPTION_KEY and ENCRYPTION_KEYS_OLD decrypts the Spark credentials of {Count} organizations: "
                + "add the missing key, or have their owners enter the credentials again",
                report.Unreadable);
        }
        else if (vault.KeyIds.Count > 1)
        {
            logger.LogWarning("All Spark credentials are encrypted with the current key {Key}; the keys in ENCRYPTION_KEYS_OLD can be removed", current);
        }
        return report;
    }

    async Task<KeyReport> RenewAsync(KeyReport report, Guid organizationId, CancellationToken cancel)
    {
        try
        {
            await store.LoadAsync(organizationId, cancel);
            return report with { Renewed = report.Renewed + 1 };
        }
        catch (UnreadableSecretException)
        {
            return report with { Unreadable = report.Unreadable + 1 };
        }
    }

    Task<IReadOnlyList<Guid>> UnderOtherKeysAsync(string current, Guid after, CancellationToken cancel) =>
        database.QueryAsync<Guid>(
            """
            select id from organizations
            where spark_credentials is not null and spark_credentials_key is distinct from @current and id > @after order by id limit @PageSize
            """, new { current, after, PageSize }, cancel);
}
