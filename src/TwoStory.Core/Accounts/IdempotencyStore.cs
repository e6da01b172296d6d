using TwoStory.Core.Data;

namespace TwoStory.Core.Accounts;

/// <summary>What a request answered, to be answered again.</summary>
/// <param name="Body">JSON; null for none.</param>
public sealed record StoredResponse(int Status, string? Location, string? ETag, string? Body);

/// <summary>What is known of a key.</summary>
/// <param name="RequestHash">Of the request that came first.</param>
/// <param name="Response">Null while that request is under way.</param>
public sealed record IdempotencyEntry(byte[] RequestHash, StoredResponse? Response);

/// <summary>Remembers, per user and key, the one request that was carried out.</summary>
public sealed class IdempotencyStore(Database database)
{
    // After this a request that has not answered is taken for cut off.
    static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);
    internal static readonly TimeSpan Retention = TimeSpan.FromHours(24);

    sealed record Row(byte[] RequestHash, int? ResponseStatus, string? ResponseLocation, string? ResponseEtag, string? ResponseBody);

    /// <param name="id">For what the request makes, unless an earlier try has given it one.</param>
    /// <returns>The id for what the request makes, when the caller is to carry it out; null when somebody else does or did.</returns>
    public async Task<Guid?> ClaimAsync(Caller caller, string key, byte[] requestHash, Guid id, CancellationToken cancel) =>
        await database.Tenant(caller.OrganizationId).QueryFirstAsync<Guid?>(
            """
            with forgotten as (
                delete from idempotency_keys where organization_id = @organizationId and created_at < now() - @Retention and (user_id, key) <> (@UserId, @key))
            insert into idempotency_keys as k (organization_id, user_id, key, request_hash, resource_id)
            values (@organizationId, @UserId, @key, @requestHash, @id)
            on conflict (organization_id, user_id, key) do update set
                request_hash = excluded.request_hash, claimed_at = now(), response_status = null, response_location = null, response_etag = null, response_body = null,
                resource_id = case when k.created_at < now() - @Retention then excluded.resource_id else k.resource_id end,
                created_at = case when k.created_at < now() - @Retention then now() else k.created_at end
            where k.created_at < now() - @Retention
               or (k.response_status is null and k.claimed_at < now() - @Lease and k.request_hash = excluded.request_hash)
            returning k.resource_id
            """, new { caller.UserId, key, requestHash, id, Lease, Retention }, cancel);

    /// <returns>Null when the key is free.</returns>
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

    /// <summary>Frees the key of a request that was refused, so that it can be sent again.</summary>
    public Task ForgetAsync(Caller caller, string key, CancellationToken cancel) =>
        database.Tenant(caller.OrganizationId).ExecuteAsync(
            "delete from idempotency_keys where organization_id = @organizationId and user_id = @UserId and key = @key",
            new { caller.UserId, key }, cancel);

    /// <summary>Hands a request over that was cut off at a point nobody knows: the next try makes the same thing.</summary>
    /// <param name="id">Of the claim; another's stays.</param>
    public Task HandOverAsync(Caller caller, string key, Guid id, CancellationToken cancel) =>
        database.Tenant(caller.OrganizationId).ExecuteAsync(
            "update idempotency_keys set claimed_at = '-infinity' where organization_id = @organizationId and user_id = @UserId and key = @key and resource_id = @id",
            new { caller.UserId, key, id }, cancel);
}
