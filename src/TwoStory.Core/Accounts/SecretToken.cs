using System.Buffers.Text;
using System.Security.Cryptography;

namespace TwoStory.Core.Accounts;

/// <summary>A token of 32 random bytes. The database stores only its SHA-256.</summary>
static class SecretToken
{
    const int Bytes = 32;

    public static string Create() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <returns>The hash; null if the text is not such a token.</returns>
    public static byte[]? Hash(string? token)
    {
        var decoded = new byte[Bytes];
        return token is { Length: 43 } && Base64Url.IsValid(token) && Base64Url.TryDecodeFromChars(token, decoded, out var written) && written == Bytes
            ? SHA256.HashData(decoded)
            : null;
    }
}
