using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace TwoStory.Api.Http;

/// <summary>Limits the size of bodies in every host, independent of the server's own limit.</summary>
sealed class BodyLimit(RequestDelegate next, ApiOptions options)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.ContentLength > options.MaxBodyBytes) throw new BadHttpRequestException("Too large.", StatusCodes.Status413PayloadTooLarge);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = options.MaxBodyBytes;
        return next(context);
    }
}

/// <summary>Refuses bodies with a charset other than UTF-8. The framework throws on unknown charsets.</summary>
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

/// <summary>Reads the whole body before the request counts against the concurrency limit, so that a slow client does not occupy a permit.</summary>
static class RequestBuffering
{
    public static async Task Read(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true })
        {
            // Bodies over 30 KB are buffered in a file, to limit memory use.
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
            // Kestrel throws a plain IOException for an invalid chunk size.
            throw new BadHttpRequestException("The body is incomplete.", StatusCodes.Status400BadRequest, broken);
        }
    }
}
