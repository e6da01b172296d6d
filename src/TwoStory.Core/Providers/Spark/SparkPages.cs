using System.Globalization;
using System.Text.Json;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Spark;

/// <summary>One page of a search.</summary>
/// <param name="Listings">The listings that no earlier page had.</param>
/// <param name="Dropped">The number of items without a key.</param>
/// <param name="Duplicates">The number of rows that this page or an earlier one already had.</param>
/// <param name="Fault">The reason why the search ended early, on its last page: <c>spark_repeating_page</c>, <c>spark_too_many_pages</c> or
/// <c>spark_unusable_next_link</c>. The rows are valid; more may be missing.</param>
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
/// <param name="Url">The address of this page.</param>
sealed record SparkPage(IReadOnlyList<Listing> Listings, int Dropped, Uri? Next, Uri Url)
{
    const int OrdinaryPageSize = 25;

    public int Rows => Listings.Count + Dropped;

    /// <summary>True when the page's link leads elsewhere on the same server and does not name a next page.</summary>
    public bool HasUnusableLink { get; private init; }

    /// <summary>
    /// Gives a full page without a link the address of the rows after it: only a page with fewer rows than requested, or than an ordinary
    /// key gets, is the last.
    /// </summary>
    /// <param name="rows">The rows of this page and of all earlier ones.</param>
    public SparkPage Continue(int rows)
    {
        var isFull = Rows == OrdinaryPageSize || (int.TryParse(SparkLink.Option(Url, "$top"), System.Globalization.CultureInfo.InvariantCulture, out var top) && Rows >= top);
        return Next is not null || HasUnusableLink || !isFull || Rows == 0
            ? this
            : this with { Next = SparkLink.With(Url, string.Create(CultureInfo.InvariantCulture, $"$skip={rows}")) };
    }

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
        var next = SparkLink.Next(body.Field("@odata.nextLink"), url, account, out var isUnusable);
        return new SparkPage(listings, dropped, next, url) { HasUnusableLink = isUnusable };
    }
}

/// <summary>Reads links to next pages, which the access token is sent to.</summary>
static class SparkLink
{
    /// <summary>
    /// The address of the next page. A link to another path of the same server only names the position: the page is fetched from the
    /// account's own address with the filter of the request.
    /// </summary>
    /// <returns>Null on the last page, and for a link that cannot be used.</returns>
    /// <exception cref="UpstreamException">The link leads to another server.</exception>
    public static Uri? Next(JsonElement? link, Uri url, SparkAccount account, out bool isUnusable)
    {
        isUnusable = false;
        if (link is null or { ValueKind: JsonValueKind.Null } || (link.Value.ValueKind == JsonValueKind.String && IsBlank(link.Value))) return null;
        var next = Follow(link.Value, url, account);
        if (next.AbsolutePath.StartsWith(account.Root.AbsolutePath, StringComparison.OrdinalIgnoreCase)) return next;
        var position = Options(next).FirstOrDefault(option => IsPosition(Name(option)));
        isUnusable = position is null;
        return position is null ? null : With(url, position);
    }

    public static string? Option(Uri url, string name) =>
        Options(url).Where(option => Name(option) == name).Select(option => Uri.UnescapeDataString(option[(option.IndexOf('=') + 1)..])).FirstOrDefault();

    /// <summary>The same request at another position.</summary>
    public static Uri With(Uri url, string position) =>
        new UriBuilder(url) { Query = string.Join('&', Options(url).Where(option => !IsPosition(Name(option))).Append(position)) }.Uri;

    static bool IsBlank(JsonElement link) => string.IsNullOrWhiteSpace(link.Characters());

    static bool IsPosition(string name) => name is "$skip" or "$skiptoken";

    static string Name(string option) => Uri.UnescapeDataString(option.Split('=')[0]);

    static string[] Options(Uri url) => url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries);

    // The access token is sent to the link's address, so the link must not leave the account's API.
    static Uri Follow(JsonElement link, Uri url, SparkAccount account)
    {
        if (link.ValueKind == JsonValueKind.String && Uri.TryCreate(url, link.Characters(), out var next) && next.UserInfo.Length == 0
            && Uri.Compare(next, account.BaseUrl, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0)
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
        if (page.HasUnusableLink) return "spark_unusable_next_link";
        if (page.Next is null) return null;
        withoutNewRows = page.Listings.Any(listing => !keys.Contains(listing.Key)) ? 0 : withoutNewRows + 1;
        if (IsRepeated(page) || withoutNewRows > MostPagesWithoutNewRows) return "spark_repeating_page";
        return ++pages >= maxPages ? "spark_too_many_pages" : null;
    }
}
