using System.Security.Cryptography;
using System.Text;

namespace TwoStory.Core.Data;

/// <summary>What PostgreSQL stores instead of a password (RFC 5803), computed here, so that no statement and no server log holds the password.</summary>
static class ScramVerifier
{
    // PostgreSQL's own default.
    const int Iterations = 4096;

    public static string Create(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        var salted = Rfc2898DeriveBytes.Pbkdf2(password.Normalize(NormalizationForm.FormKC), salt, Iterations, HashAlgorithmName.SHA256, 32);
        var stored = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var server = HMACSHA256.HashData(salted, "Server Key"u8);
        return $"SCRAM-SHA-256${Iterations}:{Convert.ToBase64String(salt)}${Convert.ToBase64String(stored)}:{Convert.ToBase64String(server)}";
    }
}
