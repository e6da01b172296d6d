using System.Security.Cryptography;

namespace TwoStory.Core.Providers.Secrets;

/// <summary>A key for AES-256-GCM and the name it goes by where keys must not be shown.</summary>
sealed class EncryptionKey
{
    public const int Bytes = 32;

    EncryptionKey(byte[] value) => (Value, Id) = (value, Convert.ToHexStringLower(SHA256.HashData(value).AsSpan(0, 4)));

    public byte[] Value { get; }

    /// <summary>The first 8 hexadecimal digits of the key's SHA-256: tells keys apart, and nothing of what they are.</summary>
    public string Id { get; }

    /// <param name="setting">Where it comes from.</param>
    /// <param name="text">64 hexadecimal digits.</param>
    /// <exception cref="SettingException">It is something else; the message never repeats it.</exception>
    public static EncryptionKey Parse(string setting, string? text) =>
        text is { Length: 2 * Bytes } && text.All(char.IsAsciiHexDigit)
            ? new EncryptionKey(Convert.FromHexString(text))
            : throw new SettingException($"{setting} must be {2 * Bytes} hexadecimal digits. Make one with: openssl rand -hex {Bytes}");

    /// <summary>Further keys, separated by commas; none of an empty text.</summary>
    /// <exception cref="SettingException">One of them is none.</exception>
    public static IEnumerable<EncryptionKey> ParseAll(string setting, string? text) =>
        (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(key => Parse($"Each of {setting}, separated by commas,", key));
}
