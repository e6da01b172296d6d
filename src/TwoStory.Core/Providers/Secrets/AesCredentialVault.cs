using System.Security.Cryptography;
using System.Text;

namespace TwoStory.Core.Providers.Secrets;

/// <summary>
/// AES-256-GCM text of the form <c>iv:authTag:data</c>, lowercase hex. The organization's id is authenticated with it,
/// so a ciphertext copied to another organization's row does not open. The text does not say which key it needs: that stands
/// beside it in <c>spark_credentials_key</c>, and since a wrong key never opens anything, text from before keys had names is tried with each.
/// </summary>
public sealed class AesCredentialVault : ICredentialVault
{
    const int IvBytes = 12;
    const int TagBytes = 16;

    readonly EncryptionKey[] keys;

    /// <param name="encryptionKey">What to encrypt with: 64 hexadecimal digits.</param>
    /// <param name="oldKeys">What may be opened besides; the same, separated by commas.</param>
    /// <exception cref="SettingException">A key is something else; the message never repeats it.</exception>
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
        foreach (var key in keys)
        {
            try
            {
                // Without the exact size a shortened tag would be checked for its own length only.
                using var aes = new AesGcm(key.Value, TagBytes);
                aes.Decrypt(iv, data, tag, plain, organizationId.ToByteArray(bigEndian: true));
                return Encoding.UTF8.GetString(plain);
            }
            catch (AuthenticationTagMismatchException) when (key != keys[^1])
            {
                // Perhaps an older key's.
            }
        }
        throw new CryptographicException();
    }
}
