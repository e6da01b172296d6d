using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using TwoStory.Api;

namespace TwoStory.Tests.Api;

/// <summary>Makes tokens of a real one, by hand, since no library would make most of them.</summary>
sealed class JwtForger(string real, TimeProvider time)
{
    readonly string[] parts = real.Split('.');

    public string SignedWithAnotherKey() => Write("another secret, just as long as the real one");

    public string Expired(ApiHost host) => Write(SecretOf(host), payload => payload["exp"] = In(TimeSpan.FromSeconds(-1)));

    public string Unsigned() => Write(header => header["alg"] = "none", _ => { }, _ => []);

    /// <summary>A token of HS256 as the product makes it, changed.</summary>
    public string Write(string secret, Action<JsonObject>? change = null) =>
        Write(_ => { }, change ?? (_ => { }), content => HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), content));

    /// <param name="header">Changes the header.</param>
    /// <param name="payload">Changes the claims.</param>
    /// <param name="sign">Makes the signature of both.</param>
    public string Write(Action<JsonObject> header, Action<JsonObject> payload, Func<byte[], byte[]> sign)
    {
        var content = $"{Changed(parts[0], header)}.{Changed(parts[1], payload)}";
        return $"{content}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(content)))}";
    }

    /// <summary>The real one's signature.</summary>
    public byte[] Signature => Base64Url.DecodeFromChars(parts[2]);

    /// <summary>A time as claims have it.</summary>
    public long In(TimeSpan span) => (time.GetUtcNow() + span).ToUnixTimeSeconds();

    public static string SecretOf(ApiHost host) => host.Services.GetRequiredService<ApiOptions>().JwtSecret;

    static string Changed(string part, Action<JsonObject> change)
    {
        var json = JsonNode.Parse(Base64Url.DecodeFromChars(part))!.AsObject();
        change(json);
        return Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
    }
}
