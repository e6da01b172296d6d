using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using TwoStory.Core;

namespace TwoStory.Api.Http;

/// <summary>What a caller sent of a thing, as it came: only so is a field that was left out another than one that is null.</summary>
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

    // As for the bodies that the framework binds: halves of characters are the caller's fault.
    static async Task<JsonDocument> ParseAsync(HttpContext context, JsonDocumentOptions options)
    {
        try
        {
            var document = await JsonDocument.ParseAsync(context.Request.Body, options, context.RequestAborted);
            // A document is lazy: only who reads all of its texts knows that they are texts.
            await using var nowhere = new Utf8JsonWriter(Stream.Null);
            document.WriteTo(nowhere);
            return document;
        }
        catch (InvalidOperationException halves)
        {
            throw new JsonException("A text holds half a character.", halves);
        }
    }
}

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
