using TwoStory.Core.NearbySales;
using TwoStory.Core.NearbySales.Planning;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Spark;

/// <summary>Asks an MLS with an organization's stored credentials, and remembers when they are refused.</summary>
public sealed class SparkSearch(SparkClient spark, SparkCredentialStore credentials, UpstreamOptions options)
{
    /// <summary>Adds all closed sales of a plan in an area to what was found before, page by page.</summary>
    /// <exception cref="UpstreamException">As its kind says; the pages that came before are added.</exception>
    internal Task ClosedSalesAsync(SparkAccount account, string operation, NearbySalesPlan plan, AreaQuery area, FoundListings found, CancellationToken cancel) =>
        MarkingAsync(account, async () =>
        {
            var query = new ListingQuery(operation, SparkSalesFilter.ClosedSales(plan, area.Areas, options.Spark.GeoFilter));
            await foreach (var page in spark.SearchAsync(account, query, cancel)) found.Add(page);
            return found;
        }, cancel);

    /// <exception cref="UpstreamException">As its kind says.</exception>
    internal Task<SparkPage> PageAsync(SparkAccount account, ListingQuery query, CancellationToken cancel) =>
        MarkingAsync(account, () => spark.FirstAsync(account, query, cancel), cancel);

    /// <returns>Null when the MLS does not have it, or no longer shows it.</returns>
    /// <exception cref="UpstreamException">As its kind says.</exception>
    internal Task<Listing?> GetAsync(SparkAccount account, string listingKey, CancellationToken cancel) =>
        MarkingAsync(account, () => spark.GetAsync(account, listingKey, cancel), cancel);

    async Task<T> MarkingAsync<T>(SparkAccount account, Func<Task<T>> ask, CancellationToken cancel)
    {
        try
        {
            return await ask();
        }
        catch (UpstreamException failure) when (failure.Kind == UpstreamFailure.Refused)
        {
            await credentials.MarkRefusedAsync(account.OrganizationId, cancel);
            throw;
        }
    }
}

/// <summary>What a search brought, each listing once.</summary>
sealed class FoundListings
{
    readonly Dictionary<string, Listing> listings = [];

    public IReadOnlyCollection<string> Keys => listings.Keys;

    public IReadOnlyCollection<Listing> Listings => listings.Values;

    /// <summary>Null, or why the search was broken off; more may be missing.</summary>
    public string? Fault { get; private set; }

    public void Add(ListingPage page)
    {
        foreach (var listing in page.Listings) listings[listing.Key] = listing;
        Fault ??= page.Fault;
    }
}
