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
        using var document = await JsonDocument.ParseAsync(context.Request.Body, options, context.RequestAborted);
        if (document.RootElement.ValueKind != JsonValueKind.Object) throw new Invalid("body", "must be an object.");
        return new Changes(JsonObject.Create(document.RootElement.Clone())!);
    }
}
