using TwoStory.Core.Data;

namespace TwoStory.Core.Accounts;

/// <summary>The stored response of a request.</summary>
/// <param name="Body">JSON; null if the response has no body.</param>
public sealed record StoredResponse(int Status, string? Location, string? ETag, string? Body);

/// <summary>A stored idempotency key.</summary>
/// <param name="RequestHash">The hash of the first request with this key.</param>
/// <param name="Response">Null while that request is running.</param>
public sealed record IdempotencyEntry(byte[] RequestHash, StoredResponse? Response);

/// <summary>Stores one request and its response per user and key.</summary>
public sealed class IdempotencyStore(Database database)
{
    // A request without a response after this time is considered interrupted.
    static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);
    internal static readonly TimeSpan Retention = TimeSpan.FromHours(24);

    sealed record Row(byte[] RequestHash, int? ResponseStatus, string? ResponseLocation, string? ResponseEtag, string? ResponseBody);

    /// <param name="id">The id of the resource to create, unless an earlier attempt has set one.</param>
    /// <returns>The id of the resource to create if the caller has claimed the key; null if another request has.</returns>
    public async Task<Guid?> ClaimAsync(Caller caller, string key, byte[] requestHash, Guid id, CancellationToken cancel) =>
        await database.Tenant(caller.OrganizationId).QueryFirstAsync<Guid?>(
            """
            with expired as (
                delete from idempotency_keys where organization_id = @organizationId and created_at < now() - @Retention and (user_id, key) <> (@UserId, @key))
            insert into idempotency_keys as k (organization_id, user_id, key, request_hash, resource_id)
            values (@organizationId, @UserId, @key, @requestHash, @id)
            on conflict (organization_id, user_id, key) do update set
                request_hash = excluded.request_hash, claimed_at = now(), response_status = null, response_location = null, response_etag = null,
                response_body = null,
                resource_id = case when k.created_at < now() - @Retention then excluded.resource_id else k.resource_id end,
                created_at = case when k.created_at < now() - @Retention then now() else k.created_at end
            where k.created_at < now() - @Retention
               or (k.response_status is null and k.claimed_at < now() - @Lease and k.request_hash = excluded.request_hash)
            returning k.resource_id
            """, new { caller.UserId, key, requestHash, id, Lease, Retention }, cancel);

    /// <returns>Null if the key is unused.</returns>
    public async Task<IdempotencyEntry?> FindAsync(Caller caller, string key, CancellationToken cancel)
    {
        var row = await database.Tenant(caller.OrganizationId).QueryFirstAsync<Row>(
            """
            select request_hash, response_status, response_location, response_etag, response_body from idempotency_keys
            where organization_id = @organizationId and user_id = @UserId and key = @key
            """, new { caller.UserId, key }, cancel);
        return row is null ? null : new IdempotencyEntry(row.RequestHash, row.ResponseStatus is { } status
            ? new StoredResponse(status, row.ResponseLocation, row.ResponseEtag, row.ResponseBody) : null);
    }

    public Task CompleteAsync(Caller caller, string key, StoredResponse response, CancellationToken cancel) =>
        database.Tenant(caller.OrganizationId).ExecuteAsync(
            """
            update idempotency_keys set response_status = @Status, response_location = @Location, response_etag = @ETag, response_body = @Body
            where organization_id = @organizationId and user_id = @UserId and key = @key
            """, new { caller.UserId, key, response.Status, response.Location, response.ETag, response.Body }, cancel);

    /// <summary>Releases the key of a refused request, so that it can be sent again.</summary>
    public Task ReleaseAsync(Caller caller, string key, CancellationToken cancel) =>
        database.Tenant(caller.OrganizationId).ExecuteAsync(
            "delete from idempotency_keys where organization_id = @organizationId and user_id = @UserId and key = @key",
            new { caller.UserId, key }, cancel);

    /// <summary>Ends the lease of an interrupted request. The next attempt continues with the same resource id.</summary>
    /// <param name="id">The resource id of the claim; a claim with another id stays.</param>
    public Task ExpireLeaseAsync(Caller caller, string key, Guid id, CancellationToken cancel) =>
        database.Tenant(caller.OrganizationId).ExecuteAsync(
            """
            update idempotency_keys set claimed_at = '-infinity'
            where organization_id = @organizationId and user_id = @UserId and key = @key and resource_id = @id
            """,
            new { caller.UserId, key, id }, cancel);
}
