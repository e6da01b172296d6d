using System.Text.Json;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Spark;

/// <summary>A page as it came.</summary>
/// <param name="Next">Where the next one is; null on the last.</param>
sealed record SparkPage(IReadOnlyList<Listing> Listings, int Dropped, Uri? Next)
{
    public static SparkPage Read(UpstreamAnswer answer, Uri asked, Uri baseUrl)
    {
        SparkErrors.ThrowIfFailed(answer);
        var body = answer.Json();
        if (body.Field("value") is not { ValueKind: JsonValueKind.Array } items) throw new JsonException("A page has a list of values.");
        var listings = new List<Listing>(items.GetArrayLength());
        var dropped = 0;
        foreach (var item in items.EnumerateArray())
        {
            if (ListingReader.Read(item) is { } listing) listings.Add(listing);
            else dropped++;
        }
        return new SparkPage(listings, dropped, NextLink(body.Field("@odata.nextLink"), asked, baseUrl));
    }

    // The access token goes where the link points, so it must not leave the API it was given for.
    static Uri? NextLink(JsonElement? link, Uri asked, Uri baseUrl)
    {
        if (link is null) return null;
        if (link.Value.ValueKind == JsonValueKind.String && link.Value.Characters() is { Length: > 0 } text && Uri.TryCreate(asked, text, out var next)
            && next.UserInfo.Length == 0
            && Uri.Compare(next, baseUrl, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0
            && next.AbsolutePath.StartsWith(SparkTransport.Root(baseUrl).AbsolutePath, StringComparison.OrdinalIgnoreCase))
        {
            return next;
        }
        throw new UpstreamException(UpstreamFailure.BadAnswer, UpstreamProviders.Spark, "spark_foreign_next_link",
            "Spark names a next page outside of its own address; it was not followed.");
    }
}
