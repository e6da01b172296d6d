using System.Text;

namespace TwoStory.Tests.Hostile;

/// <summary>Secrets by name, and the forms in which they could leak: plain text, base64, hexadecimal.</summary>
sealed class Marks
{
    readonly Dictionary<string, string> secrets = [];

    /// <returns>The secret.</returns>
    public string Plant(string name, string secret)
    {
        secrets[name] = secret;
        return secret;
    }

    /// <returns>The names of the secrets that the text shows.</returns>
    public IEnumerable<string> In(string text) =>
        secrets.Where(secret => Forms(secret.Value).Any(form => text.Contains(form, StringComparison.OrdinalIgnoreCase))).Select(secret => secret.Key);

    static IEnumerable<string> Forms(string secret)
    {
        yield return secret;
        yield return Convert.ToHexString(Encoding.UTF8.GetBytes(secret));
        // The part of the encoding that does not depend on the neighbouring bytes, for each start position.
        for (var before = 0; before < 3; before++)
        {
            var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(new string('x', before) + secret));
            yield return encoded[(before == 0 ? 0 : 4)..^4];
        }
    }
}
