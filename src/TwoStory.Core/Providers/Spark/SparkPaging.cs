namespace TwoStory.Core.Providers.Spark;

/// <summary>What one search has seen so far, so that no listing comes twice and no server can make it go on for ever.</summary>
sealed class SparkPaging(int maxPages)
{
    const int MostPagesWithoutNews = 3;

    readonly HashSet<string> keys = [];
    readonly HashSet<string> links = [];

    int pages;
    int withoutNews;

    /// <summary>Whether the page is one that was there before: it leads back, or it leads on and has nothing but known listings.</summary>
    public bool IsRepeated(SparkPage page) =>
        page.Next is not null && (links.Contains(page.Next.AbsoluteUri)
            || (page.Listings.Count > 0 && page.Listings.All(listing => keys.Contains(listing.Key))));

    public ListingPage Add(SparkPage page)
    {
        var fault = Fault(page);
        var fresh = page.Listings.Where(listing => keys.Add(listing.Key)).ToList();
        if (page.Next is not null) links.Add(page.Next.AbsoluteUri);
        return new ListingPage(fresh, page.Dropped, page.Listings.Count - fresh.Count, fault);
    }

    string? Fault(SparkPage page)
    {
        if (page.Next is null) return null;
        withoutNews = page.Listings.Any(listing => !keys.Contains(listing.Key)) ? 0 : withoutNews + 1;
        if (IsRepeated(page) || withoutNews > MostPagesWithoutNews) return "spark_repeating_page";
        return ++pages >= maxPages ? "spark_too_many_pages" : null;
    }
}
