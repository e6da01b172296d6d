using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace TwoStory.Api.Http;

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
