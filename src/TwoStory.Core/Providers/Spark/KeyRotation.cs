using Microsoft.Extensions.Logging;
using TwoStory.Core.Data;
using TwoStory.Core.Providers.Secrets;

namespace TwoStory.Core.Providers.Spark;

/// <param name="Renewed">How many organizations' credentials are encrypted with the current key since.</param>
/// <param name="Unreadable">How many open with none of the keys.</param>
public sealed record KeyReport(int Renewed, int Unreadable);

/// <summary>Brings everything that is stored under the current key, so that an old one can be retired; says when it can.</summary>
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
                "The Spark credentials of {Count} organizations open with none of the keys in ENCRYPTION_KEY and ENCRYPTION_KEYS_OLD: add the missing key, or have their owners enter them again",
                report.Unreadable);
        }
        else if (vault.KeyIds.Count > 1)
        {
            logger.LogWarning("All Spark credentials are encrypted with the current key {Key}: none needs a key of ENCRYPTION_KEYS_OLD", current);
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
