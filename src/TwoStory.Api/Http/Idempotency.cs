using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;
using Npgsql;
using TwoStory.Api.Accounts;
using TwoStory.Core;
using TwoStory.Core.Accounts;
using TwoStory.Core.Data;

namespace TwoStory.Api.Http;

/// <summary>Executes a POST with an Idempotency-Key once and gives the same response to each repetition.</summary>
sealed class Idempotency(IdempotencyStore store, IOptions<JsonOptions> json, CurrentCaller current, NewResource resource) : IEndpointFilter
{
    const string Header = "Idempotency-Key";
    static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);

    // Shorter than the lease of a claim, which another request can take over afterwards.
    const int MaxLeaseAttempts = 40;
    static readonly TimeSpan LeaseRetryDelay = TimeSpan.FromSeconds(1);
    static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (!http.Request.Headers.TryGetValue(Header, out var headers)) return await next(context);
        var key = headers.ToString();
        if (headers.Count != 1 || key.Length is 0 or > 255 || key.Any(character => character is < '!' or > '~'))
        {
            throw new ValidationException(Header, "must be one value of 1 to 255 visible ASCII characters.");
        }
        var caller = current.Caller!;
        var hash = Hash(context);
        for (var waited = TimeSpan.Zero; ; waited += PollInterval)
        {
            if (await ClaimAsync(caller, key, hash, http.RequestAborted) is { } id)
            {
                resource.Id = id;
                return await ExecuteAsync(context, next, caller, key, id);
            }
            var entry = await store.FindAsync(caller, key, http.RequestAborted);
            if (entry is not null && !entry.RequestHash.AsSpan().SequenceEqual(hash))
            {
                throw new UnprocessableException(
                    "idempotency_key_reused", "This Idempotency-Key was used for another request. Use a new key for a new request.");
            }
            if (entry?.Response is { } response) return new Replay(response);
            if (waited > MaxWait) throw new ConflictException("request_in_progress", "The same request is still in progress. Try again in a few seconds.");
            await Task.Delay(PollInterval, http.RequestAborted);
        }
    }

    // If the connection fails, the claim may have been stored.
    async Task<Guid?> ClaimAsync(Caller caller, string key, byte[] hash, CancellationToken cancel)
    {
        var id = Guid.CreateVersion7();
        try
        {
            return await store.ClaimAsync(caller, key, hash, id, cancel);
        }
        catch (NpgsqlException)
        {
            _ = ExpireLeaseAsync(caller, key, id);
            throw;
        }
    }

    async Task<object?> ExecuteAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next, Caller caller, string key, Guid id)
    {
        try
        {
            var result = await next(context);
            await store.CompleteAsync(caller, key, Stored(context.HttpContext, result), CancellationToken.None);
            return result;
        }
        catch (ProblemException)
        {
            await store.ReleaseAsync(caller, key, CancellationToken.None);
            throw;
        }
        catch
        {
            // Not awaited, so that the client gets the error of the database immediately.
            _ = ExpireLeaseAsync(caller, key, id);
            throw;
        }
    }

    // Repeated until the database is available again; otherwise the next attempt would have to wait for the end of the lease.
    async Task ExpireLeaseAsync(Caller caller, string key, Guid id)
    {
        for (var attempt = 1; attempt <= MaxLeaseAttempts; attempt++)
        {
            try
            {
                await store.ExpireLeaseAsync(caller, key, id, CancellationToken.None);
                return;
            }
            catch (NpgsqlException failure) when (DatabaseOutage.Is(failure))
            {
                await Task.Delay(LeaseRetryDelay);
            }
        }
    }

    // The hash covers the deserialized body, so that its formatting does not matter.
    byte[] Hash(EndpointFilterInvocationContext context)
    {
        var type = context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType;
        var body = type is null ? null : context.Arguments.FirstOrDefault(type.IsInstanceOfType);
        var path = System.Text.Encoding.UTF8.GetBytes($"{context.HttpContext.Request.Path}\n");
        return SHA256.HashData([.. path, .. JsonSerializer.SerializeToUtf8Bytes(body, json.Value.SerializerOptions)]);
    }

    StoredResponse Stored(HttpContext context, object? result)
    {
        var status = (result as IStatusCodeHttpResult)?.StatusCode ?? 200;
        var value = result is IValueHttpResult valued ? valued.Value : result is IResult ? null : result;
        var location = result?.GetType().GetProperty("Location")?.GetValue(result)?.ToString();
        var body = value is null ? null : JsonSerializer.Serialize(value, value.GetType(), json.Value.SerializerOptions);
        return new StoredResponse(status, location, context.Response.Headers.ETag.ToString() is { Length: > 0 } tag ? tag : null, body);
    }

    sealed class Replay(StoredResponse response) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var headers = httpContext.Response.Headers;
            headers["Idempotency-Replayed"] = "true";
            if (response.Location is not null) headers.Location = response.Location;
            if (response.ETag is not null) headers.ETag = response.ETag;
            httpContext.Response.StatusCode = response.Status;
            if (response.Body is null) return Task.CompletedTask;
            httpContext.Response.ContentType = "application/json; charset=utf-8";
            return httpContext.Response.WriteAsync(response.Body);
        }
    }
}

static class IdempotencyMetadata
{
    /// <summary>Lets clients repeat the request safely with an Idempotency-Key.</summary>
    public static RouteHandlerBuilder TakesIdempotencyKey(this RouteHandlerBuilder route) =>
        route.AddEndpointFilter(async (context, next) =>
            await ActivatorUtilities.CreateInstance<Idempotency>(context.HttpContext.RequestServices).InvokeAsync(context, next))
            .WithMetadata(new IdempotentRoute());
}

/// <summary>Marks routes that accept an Idempotency-Key, for the OpenAPI document.</summary>
sealed class IdempotentRoute;

/// <summary>The id of the resource that the present request creates. With an Idempotency-Key it is the same at every attempt.</summary>
sealed class NewResource
{
    public Guid Id { get; set; } = Guid.CreateVersion7();
}
