using TwoStory.Core;

namespace TwoStory.Api.Http;

/// <summary>Enum members in query strings, spelled as in bodies.</summary>
static class QueryEnum
{
    /// <exception cref="ValidationException">The text names no member; the message lists them.</exception>
    public static T? Parse<T>(string name, string? text) where T : struct, Enum
    {
        if (text is null) return null;
        foreach (var value in Enum.GetValues<T>())
        {
            if (WireName.From(value) == text) return value;
        }
        throw new ValidationException(name, $"must be one of {string.Join(", ", Enum.GetValues<T>().Select(WireName.From))}.");
    }
}
