using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using TwoStory.Core;

namespace TwoStory.Api.Http;

/// <summary>The fields of a change as the client sent them. Unlike a bound type, it distinguishes an omitted field from null.</summary>
sealed record PatchDocument(JsonObject Fields)
{
    public static async ValueTask<PatchDocument> BindAsync(HttpContext context)
    {
        if (!context.Request.HasJsonContentType()) throw new BadHttpRequestException("Not JSON.", StatusCodes.Status415UnsupportedMediaType);
        var options = new JsonDocumentOptions { AllowDuplicateProperties = false };
        using var document = await ParseAsync(context, options);
        if (document.RootElement.ValueKind != JsonValueKind.Object) throw new ValidationException("body", "must be an object.");
        return new PatchDocument(JsonObject.Create(document.RootElement.Clone())!);
    }

    // An unpaired surrogate is an error of the client, as in bodies that the framework binds.
    static async Task<JsonDocument> ParseAsync(HttpContext context, JsonDocumentOptions options)
    {
        try
        {
            var document = await JsonDocument.ParseAsync(context.Request.Body, options, context.RequestAborted);
            // JsonDocument decodes texts lazily; writing it decodes all of them.
            await using var writer = new Utf8JsonWriter(Stream.Null);
            document.WriteTo(writer);
            return document;
        }
        catch (InvalidOperationException unpaired)
        {
            throw new JsonException("A text contains an unpaired surrogate.", unpaired);
        }
    }
}

/// <summary>Applies a patch to the present fields: omitted fields stay the same, null clears a field (RFC 7396).</summary>
sealed class MergePatch(IOptions<JsonOptions> json)
{
    readonly JsonSerializerOptions options = json.Value.SerializerOptions;

    /// <param name="current">The present fields.</param>
    /// <param name="changes">The fields to change.</param>
    /// <param name="readOnly">Fields that clients may send back unchanged. They are ignored.</param>
    /// <exception cref="JsonException">A field is unknown or has the wrong type.</exception>
    public T Apply<T>(T current, JsonObject changes, IReadOnlySet<string> readOnly)
    {
        var merged = JsonSerializer.SerializeToNode(current, options)!.AsObject();
        foreach (var (name, value) in changes)
        {
            if (!readOnly.Contains(name)) merged[name] = Merged(merged[name], value);
        }
        return merged.Deserialize<T>(options)!;
    }

    static JsonNode? Merged(JsonNode? current, JsonNode? change)
    {
        if (current is not JsonObject || change is not JsonObject part) return change?.DeepClone();
        var merged = current.DeepClone().AsObject();
        foreach (var (name, value) in part) merged[name] = Merged(merged[name], value);
        return merged;
    }
}
