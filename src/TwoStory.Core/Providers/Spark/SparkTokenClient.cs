using System.Net.Http.Json;
using System.Text.Json;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Spark;

/// <summary>Asks the MLS's token endpoint for access tokens.</summary>
public sealed class SparkTokenClient(UpstreamClient gate, UpstreamOptions options, TimeProvider time)
{
    static readonly TimeSpan LongestHeadStart = TimeSpan.FromMinutes(10);
    static readonly TimeSpan UnstatedLifetime = TimeSpan.FromHours(1);

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

    /// <summary>Uses the refresh token up. When the provider gives no new one the old one stays, as OAuth allows.</summary>
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
        if (options.Spark.HasClient) return (options.Spark.ApiKey!, options.Spark.ApiSecret!);
        throw new UpstreamException(UpstreamFailure.Refused, UpstreamProviders.Spark, "spark_client_missing",
            "The organization signs in to Spark with the product's own client, which is not set; its owner enters a client of their own.");
    }

    Task<JsonElement> FetchAsync(SparkAccount account, Dictionary<string, string> form, bool repeatable, CancellationToken cancel) =>
        gate.SendAsync(account.Call("token", options.Spark) with { SafeToRepeat = repeatable },
            () => Request(form), Read, cancel);

    HttpRequestMessage Request(Dictionary<string, string> form)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, options.Spark.TokenUrl) { Content = JsonContent.Create(form) };
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.TryAddWithoutValidation("X-SparkApi-User-Agent", options.Spark.UserAgent);
        return request;
    }

    static JsonElement Read(UpstreamAnswer answer)
    {
        if (answer.Status is 400 or 401 or 403 && answer.TryJson()?.Field("error") is { ValueKind: JsonValueKind.String })
        {
            throw new UpstreamException(UpstreamFailure.Refused, UpstreamProviders.Spark, "spark_grant_refused",
                "Spark does not give a token for these credentials; enter new ones.");
        }
        SparkErrors.ThrowIfFailed(answer);
        var body = answer.Json();
        if (!Setting.IsHeaderValue(body.Text("access_token"))) throw new JsonException("The answer holds no access token.");
        return body;
    }

    AccessToken Token(JsonElement answer)
    {
        var seconds = answer.Number("expires_in", 1, 10 * 365 * 86_400m);
        var lifetime = seconds is { } known ? TimeSpan.FromSeconds((double)known) : UnstatedLifetime;
        var headStart = lifetime / 2 < LongestHeadStart ? lifetime / 2 : LongestHeadStart;
        return new AccessToken(answer.Text("access_token")!, time.GetUtcNow().UtcDateTime + lifetime - headStart);
    }
}
