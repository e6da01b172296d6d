using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace TwoStory.Simulators.Spark;

/// <summary>What a token may do.</summary>
enum SparkRole
{
    Idx,
    Vow,
    Replication,
}

/// <summary>
/// Which tokens are good. Any token that begins with sim-idx, sim-vow or sim-replication lives for ever; those that the
/// grant endpoint issued expire, and count for the client they were issued to.
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

    /// <summary>Whose limit a token uses up.</summary>
    public string Owner(string token) => issued.TryGetValue(token, out var grant) ? grant.ClientId : token;

    public bool IsExpired(string token) => issued.TryGetValue(token, out var grant) && grant.Expires <= time.GetUtcNow();

    /// <summary>Ends a token that the grant endpoint issued; the others live for ever.</summary>
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
        var token = $"{kind}-{Chance()}";
        issued[token] = new(clientId, time.GetUtcNow() + options.SparkTokenLife);
        return token;
    }

    public static string NewRefreshToken() => $"sim-refresh-{Chance()}";

    /// <summary>Uses a refresh token up; false when it is none or was used before.</summary>
    public bool Redeem(string refreshToken) =>
        refreshToken.StartsWith("sim-refresh", StringComparison.Ordinal) && deadRefreshTokens.TryAdd(refreshToken, true);

    static string Chance() => RandomNumberGenerator.GetHexString(24, lowercase: true);

    readonly record struct Issued(string ClientId, DateTimeOffset Expires);
}
