namespace TwoStory.Core.Upstreams;

/// <summary>Writes the query of a provider's URL.</summary>
static class QueryText
{
    /// <returns>What has a value, trimmed and escaped; what has none is left out.</returns>
    public static string From(params IEnumerable<(string Name, string? Value)> fields) => string.Join('&', fields
        .Where(field => !string.IsNullOrWhiteSpace(field.Value)).Select(field => $"{field.Name}={Uri.EscapeDataString(field.Value!.Trim())}"));
}
