using System.Text.Json;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Spark;

/// <summary>One page of a search.</summary>
/// <param name="Listings">The listings that no earlier page had.</param>
/// <param name="Dropped">The number of items without a key.</param>
/// <param name="Duplicates">The number of rows that this page or an earlier one already had.</param>
/// <param name="Fault">The reason why the search ended early, on its last page: <c>spark_repeating_page</c> or <c>spark_too_many_pages</c>. The rows
/// are valid; more may be missing.</param>
public sealed record ListingPage(IReadOnlyList<Listing> Listings, int Dropped, int Duplicates, string? Fault);

/// <summary>The result of a search, each listing once.</summary>
sealed class FoundListings
{
    readonly Dictionary<string, Listing> listings = [];

    public IReadOnlyCollection<string> Keys => listings.Keys;

    public IReadOnlyCollection<Listing> Listings => listings.Values;

    /// <summary>The reason why the search ended early; null for a complete search.</summary>
    public string? Fault { get; private set; }

    public void Add(ListingPage page)
    {
        foreach (var listing in page.Listings) listings[listing.Key] = listing;
        Fault ??= page.Fault;
    }
}

/// <summary>A page as Spark sent it.</summary>
/// <param name="Next">The address of the next page; null on the last.</param>
sealed record SparkPage(IReadOnlyList<Listing> Listings, int Dropped, Uri? Next)
{
    public static SparkPage Read(UpstreamAnswer answer, Uri url, SparkAccount account)
    {
        SparkErrors.ThrowIfFailed(answer);
        var body = answer.Json();
        if (body.Field("value") is not { ValueKind: JsonValueKind.Array } items) throw new JsonException("A page has an array named value.");
        var listings = new List<Listing>(items.GetArrayLength());
        var dropped = 0;
        foreach (var item in items.EnumerateArray())
        {
            if (ListingReader.Read(item) is { } listing) listings.Add(listing);
            else dropped++;
        }
        return new SparkPage(listings, dropped, NextLink(body.Field("@odata.nextLink"), url, account));
    }

    // The access token is sent to the link's address, so the link must not leave the account's API.
    static Uri? NextLink(JsonElement? link, Uri url, SparkAccount account)
    {
        if (link is null) return null;
        if (link.Value.ValueKind == JsonValueKind.String && link.Value.Characters() is { Length: > 0 } text && Uri.TryCreate(url, text, out var next)
            && next.UserInfo.Length == 0
            && Uri.Compare(next, account.BaseUrl, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0
            && next.AbsolutePath.StartsWith(account.Root.AbsolutePath, StringComparison.OrdinalIgnoreCase))
        {
            return next;
        }
        throw new UpstreamException(UpstreamFailure.BadAnswer, UpstreamProviders.Spark, "spark_foreign_next_link",
            "Spark links to a next page outside of its own address. The link was not followed.");
    }
}

/// <summary>Follows one search, so that it returns no listing twice and ends even if the server's links do not.</summary>
sealed class SparkPaging(int maxPages)
{
    const int MostPagesWithoutNewRows = 3;

    readonly HashSet<string> keys = [];
    readonly HashSet<string> links = [];

    int pages;
    int withoutNewRows;

    /// <summary>Whether the page repeats an earlier one: its link was seen before, or it has a link and only known listings.</summary>
    public bool IsRepeated(SparkPage page) =>
        page.Next is not null && (links.Contains(page.Next.AbsoluteUri)
            || (page.Listings.Count > 0 && page.Listings.All(listing => keys.Contains(listing.Key))));

    public ListingPage Add(SparkPage page)
    {
        var fault = Fault(page);
        var added = page.Listings.Where(listing => keys.Add(listing.Key)).ToList();
        if (page.Next is not null) links.Add(page.Next.AbsoluteUri);
        return new ListingPage(added, page.Dropped, page.Listings.Count - added.Count, fault);
    }

    string? Fault(SparkPage page)
    {
        if (page.Next is null) return null;
        withoutNewRows = page.Listings.Any(listing => !keys.Contains(listing.Key)) ? 0 : withoutNewRows + 1;
        if (IsRepeated(page) || withoutNewRows > MostPagesWithoutNewRows) return "spark_repeating_page";
        return ++pages >= maxPages ? "spark_too_many_pages" : null;
    }
}
