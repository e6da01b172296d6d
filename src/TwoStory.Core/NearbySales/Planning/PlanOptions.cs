using TwoStory.Core.Providers;
using TwoStory.Core.Providers.Spark;

namespace TwoStory.Core.NearbySales.Planning;

/// <summary>The circle in which sales are reported for one lead.</summary>
sealed record LeadArea(GeoPoint Centre, double RadiusMiles);

/// <summary>One filter to send: its areas, the closed sales expected in them, and the number of leads they serve.</summary>
sealed record AreaQuery(IReadOnlyList<AreaPolygon> Areas, double ExpectedSales, int Leads);

/// <summary>The limits that a plan keeps; the defaults suit an ordinary Spark key.</summary>
sealed record PlanOptions
{
    /// <summary>Rows that one request returns, 1 to 1,000.</summary>
    public int PageSize { get; init; } = 25;

    /// <summary>The most areas joined with <c>or</c> in one filter, at least 1; 1 where a server refuses several.</summary>
    public int AreasPerRequest { get; init; } = 60;

    /// <summary>The most comparisons and functions in one filter, at least 8. SparkQL, which OData filters seem to become, allows 75.</summary>
    public int MaxExpressions { get; init; } = 75;

    /// <summary>
    /// The most characters of the geo part of a filter as <see cref="SparkFilters.Encode"/> writes it, at least 1,000; the
    /// default leaves the rest of a request line 1,500 characters below the 8 KB that servers commonly allow.
    /// </summary>
    public int MaxFilterLength { get; init; } = 7_000;

    public GeoFilter Filter { get; init; } = GeoFilter.Polygon;

    /// <summary>The most areas within both limits: status and dates take four expressions, a polygon one, a box four.</summary>
    public int MostAreas => Math.Min(AreasPerRequest, (MaxExpressions - 4) / (Filter == GeoFilter.Polygon ? 1 : 4));

    public static PlanOptions From(SparkAccount account, SparkOptions options) => new()
    {
        PageSize = account.PageSize,
        AreasPerRequest = options.AreasPerRequest,
        MaxExpressions = options.MaxExpressions,
        Filter = options.GeoFilter,
    };

    public void Check()
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(Math.Clamp(PageSize, 1, 1000), PageSize, nameof(PageSize));
        ArgumentOutOfRangeException.ThrowIfLessThan(AreasPerRequest, 1, nameof(AreasPerRequest));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxExpressions, 8, nameof(MaxExpressions));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxFilterLength, 1_000, nameof(MaxFilterLength));
    }
}
