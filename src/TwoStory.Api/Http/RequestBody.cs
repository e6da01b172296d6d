using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace TwoStory.Api.Http;

/// <summary>Refuses large bodies in every host, independent of the server's own limit.</summary>
sealed class BodyLimit(RequestDelegate next, ApiOptions options)
{
    // The Functions host replaces a response sent before the end of a large body by an empty 500. It forwards at most 100 MiB.
    const long MostRead = 100 * 1024 * 1024;

    static readonly TimeSpan LongestRead = TimeSpan.FromSeconds(30);

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = MostRead;
        if (context.Request.ContentLength > options.MaxBodyBytes) await RefuseAsync(context, context.Request.Body, read: 0);
        await next(context);
    }

    /// <summary>Reads the rest of the body, within bounds, and refuses it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="body">The unread rest of its body.</param>
    /// <param name="read">The number of bytes already read.</param>
    /// <exception cref="BadHttpRequestException">Always; 413.</exception>
    public static async Task RefuseAsync(HttpContext context, Stream body, long read)
    {
        if (!(context.Request.ContentLength > MostRead)) await DrainAsync(body, read, context.RequestAborted);
        throw new BadHttpRequestException("Too large.", StatusCodes.Status413PayloadTooLarge);
    }

    static async Task DrainAsync(Stream body, long read, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        stop.CancelAfter(LongestRead);
        var buffer = new byte[64 * 1024];
        try
        {
            while (read < MostRead && await body.ReadAsync(buffer, stop.Token) is > 0 and var count) read += count;
        }
        catch (Exception broken) when (broken is IOException or OperationCanceledException)
        {
            // The response is the same.
        }
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
sealed class RequestBuffering(RequestDelegate next, ApiOptions options)
{
    // In bytes. Larger bodies are buffered in a file, to limit memory use.
    const int InMemory = 30 * 1024;

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true })
        {
            await next(context);
            return;
        }
        var sent = context.Request.Body;
        await using var buffered = new FileBufferingReadStream(sent, InMemory, bufferLimit: null, Path.GetTempPath);
        if (await ReadAsync(context, buffered) > options.MaxBodyBytes) await BodyLimit.RefuseAsync(context, sent, buffered.Length);
        buffered.Position = 0;
        context.Request.Body = buffered;
        try
        {
            await next(context);
        }
        finally
        {
            context.Request.Body = sent;
        }
    }

    async Task<long> ReadAsync(HttpContext context, FileBufferingReadStream body)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (body.Length <= options.MaxBodyBytes && await body.ReadAsync(buffer, context.RequestAborted) > 0)
            {
            }
            return body.Length;
        }
        catch (IOException broken) when (broken is not BadHttpRequestException)
        {
            // Chunks of absurd sizes: the caller's fault, for which Kestrel has no name.
            throw new BadHttpRequestException("The body broke off.", StatusCodes.Status400BadRequest, broken);
        }
    }
}
