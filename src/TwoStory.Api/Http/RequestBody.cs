using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace TwoStory.Api.Http;

/// <summary>Stops large bodies in every head, whatever its server's own limit is.</summary>
sealed class BodyLimit(RequestDelegate next, ApiOptions options)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.ContentLength > options.MaxBodyBytes) throw new BadHttpRequestException("Too large.", StatusCodes.Status413PayloadTooLarge);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = options.MaxBodyBytes;
        return next(context);
    }
}

/// <summary>Refuses bodies that say they are not UTF-8, as all JSON is: the framework fails at charsets that it does not know.</summary>
static class BodyCharset
{
    public static Task Check(HttpContext context, RequestDelegate next)
    {
        if (MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) && type.Charset is { HasValue: true } charset
            && !charset.Value.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase))
        {
            throw new BadHttpRequestException("Not UTF-8.", StatusCodes.Status415UnsupportedMediaType);
        }
        return next(context);
    }
}

/// <summary>Takes in the whole body before the request takes one of the places at work: who sends a byte now and then would hold one for minutes.</summary>
static class RequestBuffering
{
    public static async Task Read(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true })
        {
            // Beyond 30 KB it is kept in a file, so that many slow bodies do not fill the memory either.
            context.Request.EnableBuffering();
            await DrainAsync(context);
            context.Request.Body.Position = 0;
        }
        await next(context);
    }

    static async Task DrainAsync(HttpContext context)
    {
        try
        {
            await context.Request.Body.DrainAsync(context.RequestAborted);
        }
        catch (IOException broken) when (broken is not BadHttpRequestException)
        {
            // Chunks of absurd sizes: the caller's fault, for which Kestrel has no name.
            throw new BadHttpRequestException("The body broke off.", StatusCodes.Status400BadRequest, broken);
        }
    }
}
