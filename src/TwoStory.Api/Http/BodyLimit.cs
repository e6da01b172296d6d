using Microsoft.AspNetCore.Http.Features;

namespace TwoStory.Api.Http;

/// <summary>Refuses large bodies in every host, whatever its server's own limit is.</summary>
sealed class BodyLimit(RequestDelegate next, ApiOptions options)
{
    // The Functions host turns an answer that comes before the end of a large body into an empty 500. It passes on 100 MiB at most.
    const long MostRead = 100 * 1024 * 1024;

    static readonly TimeSpan LongestRead = TimeSpan.FromSeconds(30);

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = MostRead;
        if (context.Request.ContentLength > options.MaxBodyBytes) await RefuseAsync(context, context.Request.Body, read: 0);
        await next(context);
    }

    /// <summary>Reads on to the end, within bounds, and refuses the body.</summary>
    /// <param name="context">The request.</param>
    /// <param name="body">What is left of its body.</param>
    /// <param name="read">Bytes read before.</param>
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
            // The refusal is the same.
        }
    }
}
