using TwoStory.Core.Providers.Spark;

namespace TwoStory.Core.NearbySales.Planning;

/// <summary>What the planner must keep to; the defaults suit an ordinary Spark key.</summary>
public sealed record PlanOptions
{
    public const int SmallestFilterLength = 1_000;

    /// <summary>Rows that one request returns, 1 to 1,000.</summary>
    public int PageSize { get; init; } = 25;

    /// <summary>The most areas joined with `or` in one filter, at least 1; 1 where a server refuses several.</summary>
    public int AreasPerRequest { get; init; } = 60;

    /// <summary>
    /// The most characters of the geo part of a filter as <see cref="SparkFilters.Encode"/> writes it, at least 1,000; the
    /// default leaves the rest of a request line 1,500 characters below the 8 KB that servers commonly allow.
    /// </summary>
    public int MaxFilterLength { get; init; } = 7_000;

    public GeoFilter Filter { get; init; } = GeoFilter.Polygon;

    internal static PlanOptions From(SparkAccount account, SparkOptions options) => new()
    {
        PageSize = account.PageSize,
        AreasPerRequest = options.AreasPerRequest,
        Filter = options.GeoFilter,
    };

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(PageSize, 1, nameof(PageSize));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(PageSize, 1000, nameof(PageSize));
        ArgumentOutOfRangeException.ThrowIfLessThan(AreasPerRequest, 1, nameof(AreasPerRequest));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxFilterLength, SmallestFilterLength, nameof(MaxFilterLength));
    }
}
