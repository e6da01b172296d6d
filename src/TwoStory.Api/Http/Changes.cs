using System.Text.Json;
using System.Text.Json.Nodes;
using TwoStory.Core;

namespace TwoStory.Api.Http;

/// <summary>What a caller sent of a thing, as it came: only so is a field that was left out another than one that is null.</summary>
sealed record Changes(JsonObject Fields)
{
    public static async ValueTask<Changes> BindAsync(HttpContext context)
    {
        if (!context.Request.HasJsonContentType()) throw new BadHttpRequestException("Not JSON.", StatusCodes.Status415UnsupportedMediaType);
        var options = new JsonDocumentOptions { AllowDuplicateProperties = false };
        using var document = await ParseAsync(context, options);
        if (document.RootElement.ValueKind != JsonValueKind.Object) throw new ValidationException("body", "must be an object.");
        return new Changes(JsonObject.Create(document.RootElement.Clone())!);
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
