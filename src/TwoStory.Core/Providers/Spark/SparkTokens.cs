using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Spark;

/// <param name="RenewAt">The time to fetch the next token, UTC; before this one expires.</param>
sealed record AccessToken(string Value, DateTime RenewAt)
{
    bool PrintMembers(StringBuilder builder) => builder.Append("until ").AppendFormat(null, "{0:u}", RenewAt).Length > 0;
}

/// <summary>Provides the access token of an account, and renews it as its strategy requires.</summary>
public sealed class SparkTokenSource(SparkTokenClient tokens, SparkCredentialStore store, TimeProvider time)
{
    readonly ConcurrentDictionary<string, Slot> slots = new();

    sealed class Slot
    {
        public SemaphoreSlim OneAtATime { get; } = new(1);

        public AccessToken? Token { get; set; }
    }

    /// <returns>A token that is valid for some time.</returns>
    internal Task<string> GetAsync(SparkAccount account, CancellationToken cancel) => TokenAsync(account, null, cancel);

    /// <param name="refused">The token that the provider refused as expired.</param>
    /// <returns>Another token; null when the strategy has none.</returns>
    internal async Task<string?> RenewAsync(SparkAccount account, string refused, CancellationToken cancel) =>
        account.Credentials is BearerCredentials ? null : await TokenAsync(account, refused, cancel);

    /// <summary>Signs in with credentials that are not stored yet.</summary>
    /// <returns>The token, and the credentials to store: a refresh token is replaced by its use.</returns>
    internal async Task<(string Token, SparkCredentials Credentials)> IssueAsync(SparkAccount account, CancellationToken cancel)
    {
        switch (account.Credentials)
        {
            case BearerCredentials bearer:
                return (bearer.AccessToken, bearer);
            case ClientCredentials client:
                return ((await tokens.IssueAsync(account, client, cancel)).Value, client);
            case RefreshTokenCredentials refresh:
                var renewed = await tokens.ExchangeAsync(account, refresh, cancel);
                return (renewed.AccessToken!, renewed);
            default:
                throw new InvalidOperationException($"No way to sign in with {account.Credentials.GetType().Name}.");
        }
    }

    async Task<string> TokenAsync(SparkAccount account, string? refused, CancellationToken cancel)
    {
        if (account.Credentials is BearerCredentials bearer) return bearer.AccessToken;
        // Per organization, because each may replace its credentials at any time.
        var slot = slots.GetOrAdd($"{account.OrganizationId} {account.Credentials.Fingerprint}", _ => new Slot());
        await slot.OneAtATime.WaitAsync(cancel);
        try
        {
            if (slot.Token is { } token && IsValid(token.Value, token.RenewAt, refused)) return token.Value;
            slot.Token = account.Credentials switch
            {
                ClientCredentials client => await tokens.IssueAsync(account, client, cancel),
                RefreshTokenCredentials => await RotateAsync(account, refused, cancel),
                _ => throw new InvalidOperationException($"No way to sign in with {account.Credentials.GetType().Name}."),
            };
            return slot.Token.Value;
        }
        finally
        {
            slot.OneAtATime.Release();
        }
    }

    async Task<AccessToken> RotateAsync(SparkAccount account, string? refused, CancellationToken cancel)
    {
        var renewed = await store.RotateAsync(account.OrganizationId,
            stored => IsValid(stored.AccessToken, stored.RenewAt, refused),
            stored => tokens.ExchangeAsync(account, stored, cancel), cancel);
        return new AccessToken(renewed.AccessToken!, renewed.RenewAt!.Value);
    }

    bool IsValid(string? token, DateTime? renewAt, string? refused) =>
        token is not null && token != refused && renewAt > time.GetUtcNow().UtcDateTime;
}

/// <summary>Requests access tokens from Spark's token endpoint.</summary>
public sealed class SparkTokenClient([FromKeyedServices(UpstreamProviders.Spark)] UpstreamClient http, SparkOptions options, TimeProvider time)
{
    static readonly TimeSpan LongestMargin = TimeSpan.FromMinutes(10);
    static readonly TimeSpan DefaultLifetime = TimeSpan.FromHours(1);

    internal async Task<AccessToken> IssueAsync(SparkAccount account, ClientCredentials client, CancellationToken cancel)
    {
        var (id, secret) = Client(client.ClientId, client.ClientSecret);
        var answer = await FetchAsync(account, new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = id,
            ["client_secret"] = secret,
        }, repeatable: true, cancel);
        return Token(answer);
    }

    /// <summary>Exchanges the refresh token, which the provider may then revoke. If the answer has no new one, the old one stays valid.</summary>
    internal async Task<RefreshTokenCredentials> ExchangeAsync(SparkAccount account, RefreshTokenCredentials current, CancellationToken cancel)
    {
        var (id, secret) = Client(current.ClientId, current.ClientSecret);
        var answer = await FetchAsync(account, new Dictionary<string, string>
        {
            ["grant_type"] = "refresh_token",
            ["client_id"] = id,
            ["client_secret"] = secret,
            ["refresh_token"] = current.RefreshToken,
        }, repeatable: false, cancel);
        var token = Token(answer);
        return current with { RefreshToken = answer.Text("refresh_token") ?? current.RefreshToken, AccessToken = token.Value, RenewAt = token.RenewAt };
    }

    (string Id, string Secret) Client(string? id, string? secret)
    {
        if (id is not null && secret is not null) return (id, secret);
        if (options.HasClient) return (options.ApiKey!, options.ApiSecret!);
        throw new UpstreamException(UpstreamFailure.Refused, UpstreamProviders.Spark, "spark_client_missing",
            "The organization signs in to Spark with the product's own client, which is not configured. An owner enters a client of their own.");
    }

    Task<JsonElement> FetchAsync(SparkAccount account, Dictionary<string, string> form, bool repeatable, CancellationToken cancel) =>
        http.SendAsync(account.Call("token", options) with { SafeToRepeat = repeatable }, Request(form), Read, cancel);

    HttpRequestMessage Request(Dictionary<string, string> form)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, options.TokenUrl) { Content = JsonContent.Create(form) };
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.TryAddWithoutValidation("X-SparkApi-User-Agent", options.UserAgent);
        return request;
    }

    static JsonElement Read(UpstreamAnswer answer)
    {
        if (answer.Status is 400 or 401 or 403 && answer.TryJson()?.Field("error") is { ValueKind: JsonValueKind.String })
        {
            throw new UpstreamException(UpstreamFailure.Refused, UpstreamProviders.Spark, "spark_grant_refused",
                "Spark issues no token for these credentials. Enter new ones.");
        }
        SparkErrors.ThrowIfFailed(answer);
        var body = answer.Json();
        if (!Setting.IsHeaderValue(body.Text("access_token"))) throw new JsonException("The answer has no access token.");
        return body;
    }

    AccessToken Token(JsonElement answer)
    {
        var seconds = answer.Number("expires_in", 1, 10 * 365 * 86_400m);
        var lifetime = seconds is { } known ? TimeSpan.FromSeconds((double)known) : DefaultLifetime;
        var margin = lifetime / 2 < LongestMargin ? lifetime / 2 : LongestMargin;
        return new AccessToken(answer.Text("access_token")!, time.GetUtcNow().UtcDateTime + lifetime - margin);
    }
}
