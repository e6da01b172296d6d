using System.Net.Http.Headers;
using System.Text.Json;

namespace TwoStory.Core.Upstreams;

/// <summary>A provider's whole answer, whatever its status.</summary>
/// <param name="Status">The HTTP status code.</param>
/// <param name="Body">All of it; bounded by <see cref="UpstreamOptions.MaxBodyBytes"/>.</param>
/// <param name="Headers">Those of the response itself, not of its content.</param>
/// <param name="RetryAfter">The header's wait from now, zero and more; null without one.</param>
public sealed record UpstreamAnswer(int Status, ReadOnlyMemory<byte> Body, HttpResponseHeaders Headers, TimeSpan? RetryAfter)
{
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <exception cref="JsonException">The body is no JSON; inside <see cref="UpstreamClient"/> that is retried.</exception>
    public JsonElement Json()
    {
        using var document = JsonDocument.Parse(Body);
        return document.RootElement.Clone();
    }

    /// <summary>The body as JSON, or null when it is something else, as error pages of proxies are.</summary>
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
