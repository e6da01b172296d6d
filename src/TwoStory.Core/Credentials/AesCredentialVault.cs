using System.Security.Cryptography;
using System.Text;

namespace TwoStory.Core.Credentials;

/// <summary>
/// AES-256-GCM text of the form <c>iv:authTag:data</c>, lowercase hex. The organization's id is authenticated with it,
/// so a ciphertext copied to another organization's row does not open.
/// </summary>
public sealed class AesCredentialVault : ICredentialVault
{
    public const string KeySetting = "ENCRYPTION_KEY";

    const int KeyBytes = 32;
    const int IvBytes = 12;
    const int TagBytes = 16;

    readonly byte[] key;

    /// <param name="encryptionKey">64 hexadecimal digits.</param>
    /// <exception cref="SettingException">It is something else; the message never repeats it.</exception>
    public AesCredentialVault(string? encryptionKey)
    {
        if (encryptionKey is not { Length: 2 * KeyBytes } || !encryptionKey.All(char.IsAsciiHexDigit))
        {
            throw new SettingException($"{KeySetting} must be {2 * KeyBytes} hexadecimal digits. Make one with: openssl rand -hex {KeyBytes}");
        }
        key = Convert.FromHexString(encryptionKey);
    }

    public Task<string> StoreAsync(Guid organizationId, string secret, CancellationToken cancel)
    {
        var plain = Encoding.UTF8.GetBytes(secret);
        var iv = RandomNumberGenerator.GetBytes(IvBytes);
        var tag = new byte[TagBytes];
        var data = new byte[plain.Length];
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(iv, plain, data, tag, organizationId.ToByteArray(bigEndian: true));
        CryptographicOperations.ZeroMemory(plain);
        return Task.FromResult($"{Convert.ToHexStringLower(iv)}:{Convert.ToHexStringLower(tag)}:{Convert.ToHexStringLower(data)}");
    }

    public Task<string> ReadAsync(Guid organizationId, string reference, CancellationToken cancel)
    {
        try
        {
            return Task.FromResult(Open(organizationId, reference.Split(':')));
        }
        catch (Exception failure) when (failure is CryptographicException or FormatException or ArgumentException)
        {
            throw new UnreadableSecretException(failure);
        }
    }

    string Open(Guid organizationId, string[] parts)
    {
        if (parts.Length != 3) throw new FormatException("A stored secret has three parts.");
        var (iv, tag, data) = (Convert.FromHexString(parts[0]), Convert.FromHexString(parts[1]), Convert.FromHexString(parts[2]));
        var plain = new byte[data.Length];
        // Without the exact size a shortened tag would be checked for its own length only.
        using var aes = new AesGcm(key, TagBytes);
        aes.Decrypt(iv, data, tag, plain, organizationId.ToByteArray(bigEndian: true));
        return Encoding.UTF8.GetString(plain);
    }
}
