using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace TwoStory.Api.Http;

/// <summary>Applies what a caller sent of a thing to the thing as it is: fields left out stay, null clears (RFC 7396).</summary>
sealed class MergePatch(IOptions<JsonOptions> json)
{
    readonly JsonSerializerOptions options = json.Value.SerializerOptions;

    /// <param name="current">The thing as it is.</param>
    /// <param name="changes">Fields of it.</param>
    /// <param name="readOnly">Fields that callers send back because they read them; they are passed over.</param>
    /// <exception cref="JsonException">A field is unknown or of the wrong type.</exception>
    public T Apply<T>(T current, JsonObject changes, IReadOnlySet<string> readOnly)
    {
        var merged = JsonSerializer.SerializeToNode(current, options)!.AsObject();
        foreach (var (name, value) in changes)
        {
            if (!readOnly.Contains(name)) merged[name] = value is JsonObject part && merged[name] is JsonObject whole ? Merged(whole, part) : value?.DeepClone();
        }
        return merged.Deserialize<T>(options)!;
    }

    static JsonObject Merged(JsonObject whole, JsonObject part)
    {
        var merged = whole.DeepClone().AsObject();
        foreach (var (name, value) in part) merged[name] = value is JsonObject inner && merged[name] is JsonObject outer ? Merged(outer, inner) : value?.DeepClone();
        return merged;
    }
}
