using System.Globalization;
using TwoStory.Core;

namespace TwoStory.Api.Http;

/// <summary>Converts versions to entity tags, which prevent lost updates.</summary>
static class EntityTag
{
    const int NoVersion = -1;

    public static void Write(HttpContext context, int version) => context.Response.Headers.ETag = $"\"{version.ToString(CultureInfo.InvariantCulture)}\"";

    /// <returns>The version in If-Match; null without the header. An unknown tag matches no version.</returns>
    public static int? Expected(HttpContext context)
    {
        var headers = context.Request.Headers.IfMatch;
        if (headers.Count == 0 || headers == "*") return null;
        if (headers.Count > 1 || headers[0]!.Contains(',', StringComparison.Ordinal)) throw new ValidationException("If-Match", "must contain one entity tag.");
        var tag = headers[0]!.Trim();
        if (tag is not (['"', .., '"'] or ['W', '/', '"', .., '"']))
        {
            throw new ValidationException("If-Match", "must be an entity tag in double quotes, as in the ETag header.");
        }
        return int.TryParse(tag.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : NoVersion;
    }
}

/// <summary>Marks routes that support If-Match, for the OpenAPI document.</summary>
sealed class TaggedRoute;
