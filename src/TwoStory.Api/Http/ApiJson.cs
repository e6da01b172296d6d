using System.Text.Json;
using System.Text.Json.Serialization;

namespace TwoStory.Api.Http;

/// <summary>
/// The JSON format of bodies. Unknown fields are refused: ignoring a misspelled <c>alertsSince</c> would send
/// unwanted alerts.
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
