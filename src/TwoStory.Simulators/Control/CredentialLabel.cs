using System.Security.Cryptography;
using System.Text;

namespace TwoStory.Simulators.Control;

/// <summary>Tells credentials apart without showing them: the first eight characters and a short hash.</summary>
static class CredentialLabel
{
    public const string None = "none";

    public static string From(string credential) => credential == None
        ? None
        : $"{credential[..Math.Min(8, credential.Length)]}…{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(credential)))[..6]}";
}
