namespace TwoStory.Core.Providers.Spark;

/// <summary>One page of a search.</summary>
/// <param name="Listings">Those that no earlier page had.</param>
/// <param name="Dropped">Items without a key.</param>
/// <param name="Duplicates">Rows that an earlier page, or this one, already had.</param>
/// <param name="Fault">Null, or on the last page why the search was broken off: <c>spark_repeating_page</c> or <c>spark_too_many_pages</c>. What came is good, but more may be missing.</param>
public sealed record ListingPage(IReadOnlyList<Listing> Listings, int Dropped, int Duplicates, string? Fault);
