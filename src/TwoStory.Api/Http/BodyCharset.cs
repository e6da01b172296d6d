using Microsoft.Net.Http.Headers;

namespace TwoStory.Api.Http;

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
