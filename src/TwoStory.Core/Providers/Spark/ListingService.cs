using System.Buffers.Text;
using System.Globalization;
using System.Text;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Spark;

/// <summary>A listing as the MLS shows it to the organization, sold or for sale; everything but the key may be missing.</summary>
/// <param name="Status">RESO's: Active, Pending, Closed and others.</param>
/// <param name="CloseDate">Of a sale.</param>
/// <param name="ClosePrice">USD; null where nothing is sold, or the MLS hides it.</param>
/// <param name="ListPrice">USD, the asking price.</param>
/// <param name="AddressLine">The address for people.</param>
/// <param name="Latitude">Degrees.</param>
/// <param name="SquareFeet">Of living area.</param>
/// <param name="ModifiedAt">UTC.</param>
public sealed record MlsListing(
    string ListingKey, string? ListingId, string? Status, string? PropertyType, DateOnly? CloseDate, decimal? ClosePrice, decimal? ListPrice,
    string? AddressLine, Address Address, double? Latitude, double? Longitude, decimal? Bedrooms, decimal? Bathrooms, decimal? SquareFeet, int? YearBuilt,
    string? ListOfficeName, string? ListAgentName, DateTime? ModifiedAt)
{
    internal static MlsListing From(Listing it) => new(
        it.Key, it.Id, it.StandardStatus ?? it.MlsStatus, it.PropertyType, it.CloseDate, it.ClosePrice, it.ListPrice, it.DisplayAddress, it.Address,
        it.Latitude, it.Longitude, it.Bedrooms, it.Bathrooms, it.LivingArea, it.YearBuilt, it.ListOfficeName, it.ListAgentName, it.ModifiedAt);
}

/// <summary>Finds listings in an organization's MLS.</summary>
public sealed class ListingService(SparkAccounts accounts, SparkClient spark)
{
    const int LastRow = 10_000;

    /// <summary>Listings at an address, or at part of one, newest first.</summary>
    /// <param name="organizationId">The organization whose MLS is searched.</param>
    /// <param name="address">The address as people write it.</param>
    /// <param name="limit">The most listings to return, 1–100; a page never has more than the organization's key allows.</param>
    /// <param name="after">The cursor of the previous page; null for the first.</param>
    /// <param name="cancel">Cancels the search.</param>
    /// <exception cref="ValidationException">The address has no words to search for, the limit is out of range, or the cursor is invalid.</exception>
    /// <exception cref="UpstreamException">Spark did not answer.</exception>
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
            [.. page.Listings.Where(search.Matches).Select(MlsListing.From)], page.Next is null || last == skip || last >= LastRow ? null : Cursor(last));
    }

    /// <exception cref="NotFoundException">The MLS does not have it, or does not show it to the organization.</exception>
    /// <exception cref="UpstreamException">Spark did not answer.</exception>
    public async Task<MlsListing> GetAsync(Guid organizationId, string listingKey, CancellationToken cancel)
    {
        // No listing has such a key, so no request is needed.
        if (listingKey.Length is 0 or > 255 || listingKey.Any(char.IsControl)) throw Missing();
        var account = await accounts.LoadAsync(organizationId, cancel);
        return await spark.GetAsync(account, listingKey, cancel) is { } listing ? MlsListing.From(listing) : throw Missing();
    }

    async Task<SparkPage> FetchAsync(SparkAccount account, ListingQuery query, AddressSearch search, CancellationToken cancel)
    {
        try
        {
            return await spark.FirstAsync(account, query, cancel);
        }
        catch (UpstreamException failure) when (failure.Kind == UpstreamFailure.Rejected)
        {
            return await spark.FirstAsync(account, query with { Filter = search.Filter(lowered: false) }, cancel);
        }
    }

    static string Cursor(int row) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(row.ToString(CultureInfo.InvariantCulture)));

    static int Row(string cursor) =>
        cursor.Length <= 16 && Base64Url.IsValid(cursor)
        && int.TryParse(Base64Url.DecodeFromChars(cursor), NumberStyles.None, CultureInfo.InvariantCulture, out var row) && row is > 0 and <= LastRow
            ? row
            : throw new ValidationException("after", "is not a cursor of this list; use the value of next.");

    static NotFoundException Missing() => new("listing_not_found", "The MLS does not have this listing, or does not show it.");
}

/// <summary>
/// A search for an address as people type it. The filter has the words that distinguish addresses; words with several spellings, such
/// as Street and St, are compared afterwards by <see cref="Matches"/>, which also checks the filter's words again.
/// </summary>
sealed class AddressSearch
{
    const int MostWords = 6;
    const int LongestText = 200;

    readonly List<string> words;
    readonly List<string> tokens;

    AddressSearch(List<string> words, List<string> tokens) => (this.words, this.tokens) = (words, tokens);

    /// <exception cref="ValidationException">The text has no words to search for.</exception>
    public static AddressSearch Parse(string? text)
    {
        var errors = new FieldErrors();
        var trimmed = errors.Required("address", text, LongestText);
        errors.ThrowIfAny();
        var given = trimmed
            .Split([' ', ',', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .Select(word => word.TrimStart('#'))
            .Where(word => word.Any(char.IsLetterOrDigit) && !word.Any(char.IsControl))
            .ToList();
        var distinctive = given
            .Where(word => word.Length > 1 && !AddressText.HasSpellings(word) && !AddressKey.IsUnitWord(AddressText.Fold(word)))
            .Distinct(StringComparer.OrdinalIgnoreCase).Take(MostWords).ToList();
        if (distinctive.Count == 0) distinctive = [.. given.OrderByDescending(word => word.Length).Take(1)];
        if (distinctive.Count == 0) throw new ValidationException("address", "must have a house number, a street or a town.");
        return new AddressSearch(distinctive, [.. AddressText.Tokens(trimmed).Where(token => !AddressKey.IsUnitWord(token))]);
    }

    /// <summary>An OData filter for addresses with all the words.</summary>
    /// <param name="lowered">Ignores case with <c>tolower</c>, which not every server supports.</param>
    public string Filter(bool lowered) => string.Join(" and ", words.Select(word => lowered
        ? $"contains(tolower(UnparsedAddress),{Quoted(word.ToLowerInvariant())})"
        : $"contains(UnparsedAddress,{Quoted(word)})"));

    /// <summary>Whether a listing's address has each word, or a word that starts with it.</summary>
    public bool Matches(Listing listing)
    {
        var parts = AddressText.Tokens($"{listing.DisplayAddress} {listing.Unit} {listing.City} {listing.State} {listing.PostalCode}");
        return tokens.All(token => parts.Exists(part => part.StartsWith(token, StringComparison.Ordinal)));
    }

    static string Quoted(string word) => $"'{word.Replace("'", "''", StringComparison.Ordinal)}'";
}
