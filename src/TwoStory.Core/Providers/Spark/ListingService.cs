using System.Buffers.Text;
using System.Globalization;
using System.Text;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Spark;

/// <summary>Shows an organization what its MLS has.</summary>
public sealed class ListingService(SparkAccounts accounts, SparkSearch spark)
{
    const int FarthestRow = 10_000;

    /// <summary>Listings at an address, or at part of one, newest first.</summary>
    /// <param name="organizationId">Whose MLS.</param>
    /// <param name="address">As people write it.</param>
    /// <param name="limit">How many at the most, 1–100; a page holds no more than the organization's key may ask for at once.</param>
    /// <param name="after">Where the page before ended; null for the first.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <exception cref="ValidationException">There is nothing to look for, the limit is out of range, or the cursor is none.</exception>
    /// <exception cref="UpstreamException">Spark cannot be asked, or not now.</exception>
    public async Task<Page<MlsListing>> FindAsync(Guid organizationId, string? address, int? limit, string? after, CancellationToken cancel)
    {
        var search = AddressSearch.Parse(address);
        var top = PageRequest.Parse(limit, after: null).Limit;
        var skip = after is null ? 0 : Row(after);
        var account = await accounts.LoadAsync(organizationId, cancel);
        var query = new ListingQuery("address_search", search.Filter(lowered: true))
        {
            Top = Math.Min(top, account.PageSize),
            Skip = skip,
            OrderBy = "ListingKey desc",
        };
        var page = await FetchAsync(account, query, search, cancel);
        var last = skip + page.Listings.Count + page.Dropped;
        return new Page<MlsListing>(
            [.. page.Listings.Where(search.Matches).Select(MlsListing.From)], page.Next is null || last == skip || last >= FarthestRow ? null : Cursor(last));
    }

    /// <exception cref="NotFoundException">The MLS does not have it, or does not show it to the organization.</exception>
    /// <exception cref="UpstreamException">Spark cannot be asked, or not now.</exception>
    public async Task<MlsListing> GetAsync(Guid organizationId, string listingKey, CancellationToken cancel)
    {
        // What no key looks like is not there, and need not be asked for.
        if (listingKey.Length is 0 or > 255 || listingKey.Any(char.IsControl)) throw Missing();
        var account = await accounts.LoadAsync(organizationId, cancel);
        return await spark.GetAsync(account, listingKey, cancel) is { } listing ? MlsListing.From(listing) : throw Missing();
    }

    async Task<SparkPage> FetchAsync(SparkAccount account, ListingQuery query, AddressSearch search, CancellationToken cancel)
    {
        try
        {
            return await spark.PageAsync(account, query, cancel);
        }
        catch (UpstreamException failure) when (failure.Kind == UpstreamFailure.Rejected)
        {
            return await spark.PageAsync(account, query with { Filter = search.Filter(lowered: false) }, cancel);
        }
    }

    static string Cursor(int row) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(row.ToString(CultureInfo.InvariantCulture)));

    static int Row(string cursor) =>
        cursor.Length <= 16 && Base64Url.IsValid(cursor)
        && int.TryParse(Base64Url.DecodeFromChars(cursor), NumberStyles.None, CultureInfo.InvariantCulture, out var row) && row is > 0 and <= FarthestRow
            ? row
            : throw new ValidationException("after", "is not a cursor of this list; use the value of next.");

    static NotFoundException Missing() => new("listing_not_found", "The MLS has no such listing, or does not show it.");
}
