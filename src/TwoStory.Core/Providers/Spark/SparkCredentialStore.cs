using System.Data.Common;
using TwoStory.Core.Accounts;
using TwoStory.Core.Data;
using TwoStory.Core.Providers.Secrets;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Spark;

/// <summary>What an organization has set for its MLS. Null settings mean the product's own.</summary>
/// <param name="Refused">The provider refused the credentials since they were saved.</param>
public sealed record StoredSparkCredentials(SparkCredentials Credentials, Uri? BaseUrl, int? PageSize, int? RequestsPer5Minutes, bool Refused);

/// <summary>Keeps each organization's Spark credentials, through the vault.</summary>
public sealed class SparkCredentialStore(Database database, ICredentialVault vault) : IDisposable
{
    // Who waits for a row's lock holds a connection, and its holder needs another for the ledger: never let waiters take them all.
    readonly SemaphoreSlim rotations = new(4);

    sealed record Row(string? SparkCredentials, string? SparkCredentialsKey, string SparkCredentialsStatus, string? SparkBaseUrl, int? SparkPageSize, int? SparkRequestsPer5Minutes);

    /// <summary>Replaces the organization's credentials by ones that were just tested.</summary>
    public Task SaveAsync(
        Guid organizationId, SparkCredentials credentials, Uri? baseUrl, int? pageSize, int? requestsPer5Minutes, CancellationToken cancel) =>
        SaveAsync(organizationId, credentials, baseUrl, pageSize, requestsPer5Minutes, audit: null, cancel);

    /// <param name="audit">What to write down with it.</param>
    internal async Task SaveAsync(
        Guid organizationId, SparkCredentials credentials, Uri? baseUrl, int? pageSize, int? requestsPer5Minutes, AuditEntry? audit, CancellationToken cancel)
    {
        var reference = await vault.StoreAsync(organizationId, credentials.ToSecret(), cancel);
        await database.Tenant(organizationId).TransactAsync(async transaction =>
        {
            if (audit is not null) await AuditLog.AddAsync(transaction, audit);
            return await transaction.ExecuteAsync(Save, new { organizationId, reference, Key, baseUrl = baseUrl?.AbsoluteUri, pageSize, requestsPer5Minutes });
        }, cancel);
    }

    /// <summary>What it reads with an old key it stores again with the current one.</summary>
    /// <returns>Null when the organization has none.</returns>
    /// <exception cref="UnreadableSecretException">They are there, and cannot be opened.</exception>
    public async Task<StoredSparkCredentials?> LoadAsync(Guid organizationId, CancellationToken cancel)
    {
        var row = await database.Tenant(organizationId).QueryFirstAsync<Row>(
            """
            select spark_credentials, spark_credentials_key, spark_credentials_status, spark_base_url, spark_page_size, spark_requests_per_5_minutes
            from organizations where id = @organizationId
            """, null, cancel);
        if (row?.SparkCredentials is null) return null;
        var secret = await vault.ReadAsync(organizationId, row.SparkCredentials, cancel);
        if (Key is not null && row.SparkCredentialsKey != Key) await ReplaceAsync(organizationId, row.SparkCredentials, secret, cancel);
        var credentials = SparkCredentials.FromSecret(secret);
        return new StoredSparkCredentials(credentials, row.SparkBaseUrl is null ? null : new Uri(row.SparkBaseUrl),
            row.SparkPageSize, row.SparkRequestsPer5Minutes, row.SparkCredentialsStatus == "refused");
    }

    /// <summary>Remembers that the provider refused them, until others are saved.</summary>
    public Task MarkRefusedAsync(Guid organizationId, CancellationToken cancel) =>
        database.Tenant(organizationId).ExecuteAsync(
            """
            update organizations set spark_credentials_status = 'refused', updated_at = now()
            where id = @organizationId and spark_credentials is not null
            """, null, cancel);

    /// <summary>
    /// Exchanges the refresh token for new ones and keeps them, one process at a time: the others wait for the row and then find the new token.
    /// </summary>
    /// <param name="isGood">Whether the stored tokens will do, so that nothing needs to be exchanged.</param>
    /// <param name="exchange">Asks the provider; the token it is given is dead afterwards.</param>
    internal async Task<RefreshTokenCredentials> RotateAsync(
        Guid organizationId, Func<RefreshTokenCredentials, bool> isGood, Func<RefreshTokenCredentials, Task<RefreshTokenCredentials>> exchange, CancellationToken cancel)
    {
        await rotations.WaitAsync(cancel);
        try
        {
            // Once the provider has answered the old token is dead, so nothing may cancel what follows.
            return await database.Tenant(organizationId).TransactAsync(
                transaction => RotateAsync(transaction, organizationId, isGood, exchange, cancel), CancellationToken.None);
        }
        finally
        {
            rotations.Release();
        }
    }

    async Task<RefreshTokenCredentials> RotateAsync(
        Transaction transaction, Guid organizationId, Func<RefreshTokenCredentials, bool> isGood,
        Func<RefreshTokenCredentials, Task<RefreshTokenCredentials>> exchange, CancellationToken cancel)
    {
        // Not "for update": that would also hold back every new lead, whose foreign key shares the row.
        var reference = await transaction.QueryFirstAsync<string>(
            """
            set local lock_timeout = '60s';
            select spark_credentials from organizations where id = @organizationId for no key update
            """, new { organizationId });
        cancel.ThrowIfCancellationRequested();
        if (reference is null || SparkCredentials.FromSecret(await vault.ReadAsync(organizationId, reference, cancel)) is not RefreshTokenCredentials current)
        {
            throw new UpstreamException(UpstreamFailure.Unavailable, UpstreamProviders.Spark, "spark_credentials_changed",
                "The Spark credentials were replaced in the meantime; start again with the new ones.");
        }
        if (isGood(current)) return current;
        var renewed = await exchange(current);
        var renewedReference = await vault.StoreAsync(organizationId, renewed.ToSecret(), CancellationToken.None);
        try
        {
            await transaction.ExecuteAsync(Replace, new { organizationId, reference, renewedReference, Key });
        }
        catch (DbException)
        {
            // The connection died while the provider was asked. The new token is the only one that works: save it on another.
            await database.Tenant(organizationId).ExecuteAsync(Replace, new { reference, renewedReference, Key }, CancellationToken.None);
        }
        return renewed;
    }

    // Nothing when somebody else was faster: what they stored is as good.
    async Task ReplaceAsync(Guid organizationId, string reference, string secret, CancellationToken cancel)
    {
        var renewedReference = await vault.StoreAsync(organizationId, secret, cancel);
        await database.Tenant(organizationId).ExecuteAsync(Replace, new { reference, renewedReference, Key }, cancel);
    }

    string? Key => vault.KeyIds is [var key, ..] ? key : null;

    const string Save =
        """
        update organizations
        set spark_credentials = @reference, spark_credentials_key = @Key, spark_credentials_status = 'valid', spark_base_url = @baseUrl,
            spark_page_size = @pageSize, spark_requests_per_5_minutes = @requestsPer5Minutes, updated_at = now()
        where id = @organizationId
        """;

    const string Replace =
        """
        update organizations set spark_credentials = @renewedReference, spark_credentials_key = @Key, updated_at = now()
        where id = @organizationId and spark_credentials = @reference
        """;

    public void Dispose() => rotations.Dispose();
}
