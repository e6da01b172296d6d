namespace TwoStory.Core.Providers.Spark;

/// <summary>A search of the MLS.</summary>
/// <param name="Operation">What it is for, as <c>api_usage</c> lists it, such as <c>search</c>.</param>
/// <param name="Filter">An OData filter.</param>
public sealed record ListingQuery(string Operation, string Filter)
{
    /// <summary>Rows a page; null for as many as the key may have.</summary>
    public int? Top { get; init; }

    /// <summary>Rows to pass over, 0 and more.</summary>
    public int Skip { get; init; }

    /// <summary>As OData writes it; null for the server's own order, which pages that follow each other need.</summary>
    public string? OrderBy { get; init; }
}
