using System.Net.Http.Headers;
using System.Text.Json;

namespace TwoStory.Core.Upstreams;

/// <summary>A provider's whole answer, of any status.</summary>
/// <param name="Status">The HTTP status code.</param>
/// <param name="Body">The whole body, bounded by <see cref="UpstreamOptions.MaxBodyBytes"/>.</param>
/// <param name="Headers">The headers of the response, without those of its content.</param>
/// <param name="RetryAfter">The wait from now that the <c>Retry-After</c> header names, at least zero; null without the header.</param>
public sealed record UpstreamAnswer(int Status, ReadOnlyMemory<byte> Body, HttpResponseHeaders Headers, TimeSpan? RetryAfter)
{
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <exception cref="JsonException">The body is not JSON; <see cref="UpstreamClient"/> retries.</exception>
    public JsonElement Json()
    {
        using var document = JsonDocument.Parse(Body);
        return document.RootElement.Clone();
    }

    /// <summary>The body as JSON; null for anything else, such as the error page of a proxy.</summary>
    public JsonElement? TryJson()
    {
        try
        {
            return Json();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
