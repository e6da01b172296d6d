using System.Security.Cryptography;
using System.Text;

namespace TwoStory.Core.Providers.Secrets;

/// <summary>
/// AES-256-GCM text of the form <c>iv:authTag:data</c>, lowercase hex. The organization's id is authenticated with it,
/// so a ciphertext copied to another organization's row is not decrypted. The text does not name its key, which is stored in
/// <c>spark_credentials_key</c>; older rows have none, so each key is tried.
/// </summary>
public sealed class AesCredentialVault : ICredentialVault
{
    const int IvBytes = 12;
    const int TagBytes = 16;

    readonly EncryptionKey[] keys;

    /// <param name="encryptionKey">The key to encrypt with: 64 hexadecimal digits.</param>
    /// <param name="oldKeys">More keys to decrypt with, separated by commas.</param>
    /// <exception cref="SettingException">A key is invalid; the message does not repeat it.</exception>
    public AesCredentialVault(string? encryptionKey, string? oldKeys = null) =>
        keys = [EncryptionKey.Parse("ENCRYPTION_KEY", encryptionKey), .. EncryptionKey.ParseAll("ENCRYPTION_KEYS_OLD", oldKeys)];

    public IReadOnlyList<string> KeyIds => [.. keys.Select(key => key.Id)];

    public Task<string> StoreAsync(Guid organizationId, string secret, CancellationToken cancel)
    {
        var plain = Encoding.UTF8.GetBytes(secret);
        var iv = RandomNumberGenerator.GetBytes(IvBytes);
        var tag = new byte[TagBytes];
        var data = new byte[plain.Length];
        using var aes = new AesGcm(keys[0].Value, TagBytes);
        aes.Encrypt(iv, plain, data, tag, organizationId.ToByteArray(bigEndian: true));
        CryptographicOperations.ZeroMemory(plain);
        return Task.FromResult($"{Convert.ToHexStringLower(iv)}:{Convert.ToHexStringLower(tag)}:{Convert.ToHexStringLower(data)}");
    }

    public Task<string> ReadAsync(Guid organizationId, string reference, CancellationToken cancel)
    {
        try
        {
            return Task.FromResult(Decrypt(organizationId, reference.Split(':')));
        }
        catch (Exception failure) when (failure is CryptographicException or FormatException or ArgumentException)
        {
            throw new UnreadableSecretException(failure);
        }
    }

    string Decrypt(Guid organizationId, string[] parts)
    {
        if (parts.Length != 3) throw new FormatException("A stored secret has three parts.");
        var (iv, tag, data) = (Convert.FromHexString(parts[0]), Convert.FromHexString(parts[1]), Convert.FromHexString(parts[2]));
        var plain = new byte[data.Length];
        foreach (var key in keys)
        {
            try
            {
                // Without the size a shortened tag would be checked in its own length only.
                using var aes = new AesGcm(key.Value, TagBytes);
                aes.Decrypt(iv, data, tag, plain, organizationId.ToByteArray(bigEndian: true));
                return Encoding.UTF8.GetString(plain);
            }
            catch (AuthenticationTagMismatchException) when (key != keys[^1])
            {
                // It may be encrypted with the next key.
            }
        }
        throw new CryptographicException();
    }
}

/// <summary>A key for AES-256-GCM, with an id that can be shown.</summary>
sealed class EncryptionKey
{
    public const int Bytes = 32;

    EncryptionKey(byte[] value) => (Value, Id) = (value, Convert.ToHexStringLower(SHA256.HashData(value).AsSpan(0, 4)));

    public byte[] Value { get; }

    /// <summary>The first 8 hexadecimal digits of the key's SHA-256: it distinguishes keys and does not reveal them.</summary>
    public string Id { get; }

    /// <param name="setting">The setting's name.</param>
    /// <param name="text">64 hexadecimal digits.</param>
    /// <exception cref="SettingException">The text is not a key; the message does not repeat it.</exception>
    public static EncryptionKey Parse(string setting, string? text) =>
        text is { Length: 2 * Bytes } && text.All(char.IsAsciiHexDigit)
            ? new EncryptionKey(Convert.FromHexString(text))
            : throw new SettingException($"{setting} must be {2 * Bytes} hexadecimal digits. Make one with: openssl rand -hex {Bytes}");

    /// <summary>Keys separated by commas; none for an empty text.</summary>
    /// <exception cref="SettingException">One of them is not a key.</exception>
    public static IEnumerable<EncryptionKey> ParseAll(string setting, string? text) =>
        (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(key => Parse($"Each of {setting}, separated by commas,", key));
}
