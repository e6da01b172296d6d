using Microsoft.AspNetCore.Http.Features;

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
