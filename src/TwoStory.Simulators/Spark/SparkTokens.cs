using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TwoStory.Simulators.Control;

namespace TwoStory.Simulators.Spark;

/// <summary>The role of a token.</summary>
enum SparkRole
{
    Idx,
    Vow,
    Replication,
}

/// <summary>
/// The valid tokens. A token that begins with sim-idx, sim-vow or sim-replication never expires; tokens that the
/// grant endpoint issued expire, and count for their client.
/// </summary>
sealed class SparkTokens(TimeProvider time, SimulatorOptions options)
{
    readonly ConcurrentDictionary<string, Issued> issued = [];
    readonly ConcurrentDictionary<string, bool> deadRefreshTokens = [];

    public static SparkRole? RoleOf(string name) =>
        name.StartsWith("sim-idx", StringComparison.Ordinal) ? SparkRole.Idx
        : name.StartsWith("sim-vow", StringComparison.Ordinal) ? SparkRole.Vow
        : name.StartsWith("sim-replication", StringComparison.Ordinal) ? SparkRole.Replication
        : null;

    /// <summary>The owner of the rate limit that a token counts for.</summary>
    public string Owner(string token) => issued.TryGetValue(token, out var grant) ? grant.ClientId : token;

    public bool IsExpired(string token) => issued.TryGetValue(token, out var grant) && grant.Expires <= time.GetUtcNow();

    /// <summary>Expires a token that the grant endpoint issued. Other tokens never expire.</summary>
    public void Expire(string token)
    {
        if (issued.TryGetValue(token, out var grant))
        {
            issued[token] = grant with { Expires = time.GetUtcNow() };
        }
    }

    /// <summary>A client named sim-vow… or sim-replication… gets tokens of that kind, any other sim-idx ones.</summary>
    public string Issue(string clientId)
    {
        var kind = RoleOf(clientId) switch { SparkRole.Vow => "sim-vow", SparkRole.Replication => "sim-replication", _ => "sim-idx" };
        var token = $"{kind}-{RandomHex()}";
        issued[token] = new(clientId, time.GetUtcNow() + options.SparkTokenLife);
        return token;
    }

    public static string NewRefreshToken() => $"sim-refresh-{RandomHex()}";

    /// <summary>Redeems a refresh token. False if it is invalid or was used before.</summary>
    public bool Redeem(string refreshToken) =>
        refreshToken.StartsWith("sim-refresh", StringComparison.Ordinal) && deadRefreshTokens.TryAdd(refreshToken, true);

    static string RandomHex() => RandomNumberGenerator.GetHexString(24, lowercase: true);

    readonly record struct Issued(string ClientId, DateTimeOffset Expires);
}

/// <summary>
/// POST v1/oauth2/grant, as JSON or form: client_credentials, and refresh_token with rotation. A client's id begins with
/// sim-; every secret is accepted except an empty one and "wrong". A refresh token begins with sim-refresh and works once.
/// </summary>
sealed class SparkGrant(SparkTokens tokens, SimulatorOptions options)
{
    public async Task<Reply> AnswerAsync(HttpContext context)
    {
        var fields = await FieldsAsync(context.Request, context.RequestAborted);
        if (fields is null)
        {
            return Refused(400, "invalid_request", "The body must be JSON or a form");
        }

        var (id, secret) = Client(context.Request, fields);
        if (!id.StartsWith("sim-", StringComparison.Ordinal) || secret is "" or "wrong")
        {
            return Refused(401, "invalid_client", "The client is unknown or its secret is wrong");
        }

        return fields.GetValueOrDefault("grant_type") switch
        {
            "client_credentials" => Granted(id, null),
            "refresh_token" when tokens.Redeem(fields.GetValueOrDefault("refresh_token") ?? "") =>
                Granted(id, SparkTokens.NewRefreshToken()),
            "refresh_token" => Refused(400, "invalid_grant", "The refresh token is invalid or has already been used"),
            _ => Refused(400, "unsupported_grant_type", "The grant type must be client_credentials or refresh_token"),
        };
    }

    Reply Granted(string clientId, string? refreshToken)
    {
        var body = new JsonObject { ["access_token"] = tokens.Issue(clientId) };
        if (refreshToken is not null)
        {
            body["refresh_token"] = refreshToken;
        }

        body["expires_in"] = (int)options.SparkTokenLife.TotalSeconds;
        return Reply.Json(200, body);
    }

    static Reply Refused(int status, string error, string description) =>
        Reply.Json(status, new { error, error_description = description });

    static (string Id, string Secret) Client(HttpRequest request, Dictionary<string, string> fields)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            var buffer = new byte[header.Length];
            var basic = Convert.TryFromBase64String(header[6..].Trim(), buffer, out var length)
                ? Encoding.UTF8.GetString(buffer, 0, length).Split(':', 2)
                : [];
            return basic.Length == 2 ? (Uri.UnescapeDataString(basic[0]), Uri.UnescapeDataString(basic[1])) : ("", "");
        }

        return (fields.GetValueOrDefault("client_id") ?? "", fields.GetValueOrDefault("client_secret") ?? "");
    }

    static async Task<Dictionary<string, string>?> FieldsAsync(HttpRequest request, CancellationToken cancel)
    {
        if (request.HasFormContentType)
        {
            var form = await request.ReadFormAsync(cancel);
            return form.ToDictionary(field => field.Key, field => field.Value.ToString());
        }

        try
        {
            return await JsonSerializer.DeserializeAsync<Dictionary<string, string>>(request.Body, cancellationToken: cancel);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
