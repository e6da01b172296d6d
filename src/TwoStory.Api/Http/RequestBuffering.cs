using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace TwoStory.Api.Http;

/// <summary>Takes in the whole body before the request takes one of the places at work: who sends a byte now and then would hold one for minutes.</summary>
sealed class RequestBuffering(RequestDelegate next, ApiOptions options)
{
    // Beyond it a body is kept in a file, so that many slow bodies do not fill the memory either.
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
