using System.Text.Json;
using System.Text.Json.Serialization;

namespace TwoStory.Api.Http;

/// <summary>
/// How bodies are read and written. A field that is not known is refused: a misspelt <c>alertsSince</c> that is silently
/// left out would send alerts that nobody asked for.
/// </summary>
static class ApiJson
{
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
    }
}
