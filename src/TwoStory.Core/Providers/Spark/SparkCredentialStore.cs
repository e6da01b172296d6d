using System.Data.Common;
using TwoStory.Core.Accounts;
using TwoStory.Core.Data;
using TwoStory.Core.Providers.Secrets;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Spark;

/// <summary>An organization's settings for its MLS. Null means the product's setting.</summary>
/// <param name="Refused">Spark has refused the credentials since they were saved.</param>
public sealed record StoredSparkCredentials(SparkCredentials Credentials, Uri? BaseUrl, int? PageSize, int? RequestsPer5Minutes, bool Refused);

/// <summary>Stores each organization's Spark credentials through the vault.</summary>
public sealed class SparkCredentialStore(Database database, ICredentialVault vault) : IDisposable
{
    // A rotation that waits for a row's lock occupies a connection, and the one that has the lock needs another for the ledger.
    // Without this bound the waiting ones could take all connections.
    readonly SemaphoreSlim rotations = new(4);

    sealed record Row(
        string? SparkCredentials, string? SparkCredentialsKey, string SparkCredentialsStatus, string? SparkBaseUrl, int? SparkPageSize,
        int? SparkRequestsPer5Minutes);

    /// <summary>Replaces the organization's credentials with tested ones.</summary>
    public Task SaveAsync(
        Guid organizationId, SparkCredentials credentials, Uri? baseUrl, int? pageSize, int? requestsPer5Minutes, CancellationToken cancel) =>
        SaveAsync(organizationId, credentials, baseUrl, pageSize, requestsPer5Minutes, audit: null, cancel);

    /// <param name="audit">The audit entry of the change.</param>
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

    /// <summary>Loads the credentials, and encrypts them again if an old key was used.</summary>
    /// <returns>Null when the organization has none.</returns>
    /// <exception cref="UnreadableSecretException">The credentials cannot be decrypted.</exception>
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

    /// <summary>Marks the credentials as refused until others are saved.</summary>
    public Task MarkRefusedAsync(Guid organizationId, CancellationToken cancel) =>
        database.Tenant(organizationId).ExecuteAsync(
            """
            update organizations set spark_credentials_status = 'refused', updated_at = now()
            where id = @organizationId and spark_credentials is not null
            """, null, cancel);

    /// <summary>
    /// Exchanges the refresh token for new tokens and stores them, one process at a time: the others wait for the row and then find the new tokens.
    /// </summary>
    /// <param name="isValid">Whether the stored tokens can be used without an exchange.</param>
    /// <param name="exchange">Exchanges the token at the provider, which revokes it.</param>
    internal async Task<RefreshTokenCredentials> RotateAsync(
        Guid organizationId, Func<RefreshTokenCredentials, bool> isValid, Func<RefreshTokenCredentials, Task<RefreshTokenCredentials>> exchange,
        CancellationToken cancel)
    {
        await rotations.WaitAsync(cancel);
        try
        {
            // The exchange revokes the old token, so nothing after it may be cancelled.
            return await database.Tenant(organizationId).TransactAsync(
                transaction => RotateAsync(transaction, organizationId, isValid, exchange, cancel), CancellationToken.None);
        }
        finally
        {
            rotations.Release();
        }
    }

    async Task<RefreshTokenCredentials> RotateAsync(
        Transaction transaction, Guid organizationId, Func<RefreshTokenCredentials, bool> isValid,
        Func<RefreshTokenCredentials, Task<RefreshTokenCredentials>> exchange, CancellationToken cancel)
    {
        // Weaker than "for update", which would block every insert of a lead, because its foreign key locks the same row.
        var reference = await transaction.QueryFirstAsync<string>(
            """
            set local lock_timeout = '60s';
            select spark_credentials from organizations where id = @organizationId for no key update
            """, new { organizationId });
        cancel.ThrowIfCancellationRequested();
        if (reference is null || SparkCredentials.FromSecret(await vault.ReadAsync(organizationId, reference, cancel)) is not RefreshTokenCredentials current)
        {
            throw new UpstreamException(UpstreamFailure.Unavailable, UpstreamProviders.Spark, "spark_credentials_changed",
                "The Spark credentials were replaced during the call. Start again with the new ones.");
        }
        if (isValid(current)) return current;
        var renewed = await exchange(current);
        var renewedReference = await vault.StoreAsync(organizationId, renewed.ToSecret(), CancellationToken.None);
        try
        {
            await transaction.ExecuteAsync(Replace, new { organizationId, reference, renewedReference, Key });
        }
        catch (DbException)
        {
            // The connection was lost during the exchange. Only the new token works, so it is saved over another connection.
            await database.Tenant(organizationId).ExecuteAsync(Replace, new { reference, renewedReference, Key }, CancellationToken.None);
        }
        return renewed;
    }

    // Changes nothing if another process was faster.
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
