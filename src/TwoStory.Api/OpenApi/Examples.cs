using System.Text.Json.Nodes;
using TwoStory.Core;

namespace TwoStory.Api.OpenApi;

/// <summary>What requests and answers look like: <c>examples.json</c>, by the name of the type. A page's is made from its items'.</summary>
static class Examples
{
    static readonly JsonObject All = Read();

    /// <returns>None for a type that stands only inside others.</returns>
    public static IList<JsonNode>? From(Type type)
    {
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Page<>)) return [PageOf(type.GetGenericArguments()[0])];
        return All[type.Name] switch
        {
            null => null,
            JsonArray several => [.. several.Select(example => example!.DeepClone())],
            var example => [example.DeepClone()],
        };
    }

    static JsonObject PageOf(Type item) => new() { ["items"] = new JsonArray([.. From(item) ?? []]), ["next"] = null };

    static JsonObject Read()
    {
        using var stream = typeof(Examples).Assembly.GetManifestResourceStream("TwoStory.Api.OpenApi.examples.json")!;
        return JsonNode.Parse(stream)!.AsObject();
    }
}
