using System.Globalization;
using TwoStory.Core;

namespace TwoStory.Api.Http;

/// <summary>Versions as entity tags, against lost updates.</summary>
static class EntityTag
{
    const int NoVersion = -1;

    public static void Write(HttpContext context, int version) => context.Response.Headers.ETag = $"\"{version.ToString(CultureInfo.InvariantCulture)}\"";

    /// <returns>The version that If-Match demands; null when it demands none. A tag that is not of ours matches no version.</returns>
    public static int? Expected(HttpContext context)
    {
        var headers = context.Request.Headers.IfMatch;
        if (headers.Count == 0 || headers == "*") return null;
        if (headers.Count > 1 || headers[0]!.Contains(',', StringComparison.Ordinal)) throw new ValidationException("If-Match", "must hold one entity tag.");
        var tag = headers[0]!.Trim();
        if (tag is not (['"', .., '"'] or ['W', '/', '"', .., '"'])) throw new ValidationException("If-Match", "must be an entity tag in double quotes, as ETag gave it.");
        return int.TryParse(tag.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : NoVersion;
    }
}

/// <summary>Marks routes that heed If-Match, for the API's description.</summary>
sealed class TaggedRoute;
