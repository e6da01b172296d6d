namespace TwoStory.Core.Upstreams;

/// <summary>Writes the query string of a provider's URL.</summary>
static class QueryText
{
    /// <returns>The fields that have a value, trimmed and escaped.</returns>
    public static string From(params IEnumerable<(string Name, string? Value)> fields) => string.Join('&', fields
        .Where(field => !string.IsNullOrWhiteSpace(field.Value)).Select(field => $"{field.Name}={Uri.EscapeDataString(field.Value!.Trim())}"));
}
