using System.Globalization;

namespace TwoStory.Core.Providers.Spark;

/// <summary>A search of the MLS.</summary>
/// <param name="Operation">The operation's name in <c>api_usage</c>, such as <c>search</c>.</param>
/// <param name="Filter">An OData filter.</param>
public sealed record ListingQuery(string Operation, string Filter)
{
    /// <summary>Rows a page; null for the most that the key allows.</summary>
    public int? Top { get; init; }

    /// <summary>Rows to skip, 0 or more.</summary>
    public int Skip { get; init; }

    /// <summary>An OData order; null for the server's own order, which following a next link requires.</summary>
    public string? OrderBy { get; init; }

    /// <summary>Whether the filter joins several areas.</summary>
    internal bool JoinsAreas =>
        Filter.Split("geo.", 3, StringSplitOptions.None).Length > 2 || Filter.Split("Longitude ge", 3, StringSplitOptions.None).Length > 2;

    /// <param name="select">The fields to return; null for all.</param>
    internal Uri Url(SparkAccount account, string? select)
    {
        var order = OrderBy is null ? "" : $"&$orderby={Uri.EscapeDataString(OrderBy)}";
        var skip = Skip == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"&$skip={Skip}");
        var fields = select is null ? "" : $"&$select={select}";
        return new Uri(account.Root, $"Property?$filter={SparkFilters.Encode(Filter)}&$top={Top ?? account.PageSize}{order}{skip}{fields}");
    }
}

/// <summary>Closed sales of a window, and late reports: modified since the last complete run, and closed not too long ago.</summary>
/// <param name="From">The first close date of the window.</param>
/// <param name="ModifiedSince">UTC; null without late reports.</param>
/// <param name="LateFrom">The first close date of a late report.</param>
/// <param name="Areas">Polygons, each as longitude, latitude, longitude, latitude …, in degrees, closed; at least one.</param>
sealed record SalesQuery(DateOnly From, DateTime? ModifiedSince, DateOnly LateFrom, IReadOnlyList<IReadOnlyList<double>> Areas)
{
    /// <summary>The OData filter: https://sparkplatform.com/docs/reso/request_parameters.</summary>
    public string Filter(GeoFilter geo)
    {
        var window = $"CloseDate ge {Date(From)}";
        if (ModifiedSince is { } since)
        {
            window = string.Create(CultureInfo.InvariantCulture,
                $"({window} or (ModificationTimestamp gt {since:yyyy-MM-ddTHH:mm:ss}Z and CloseDate ge {Date(LateFrom)}))");
        }
        return $"StandardStatus eq 'Closed' and {window} and {SparkFilters.Geo(Areas, geo)}";
    }

    static string Date(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
