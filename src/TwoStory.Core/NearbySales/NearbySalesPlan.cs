using System.Text.Json;
using TwoStory.Core.NearbySales.Planning;
using TwoStory.Core.Providers.Spark;

namespace TwoStory.Core.NearbySales;

/// <summary>The settings of one run of the nearby-sales job, frozen when it was planned.</summary>
/// <param name="Leads">How many leads are looked after.</param>
/// <param name="PageSize">Rows a page at the organization's key.</param>
/// <param name="Today">The organization's local date.</param>
/// <param name="From">The first close date of the window, inclusive.</param>
/// <param name="LateFrom">The first close date of a late report, inclusive.</param>
/// <param name="ModifiedSince">UTC; what was modified after it may be a late report. Null: no run went well before.</param>
/// <param name="RadiusMiles">The radius of leads that have none of their own.</param>
/// <param name="EmailMode">per_run or off.</param>
sealed record NearbySalesPlan(
    int Leads, int PageSize, DateOnly Today, DateOnly From, DateOnly LateFrom, DateTime? ModifiedSince, double RadiusMiles, string EmailMode)
{
    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    public static NearbySalesPlan FromJson(string json) => JsonSerializer.Deserialize<NearbySalesPlan>(json, JsonSerializerOptions.Web)!;

    /// <summary>The sales of this plan in some areas.</summary>
    public SalesQuery Query(IReadOnlyList<AreaPolygon> areas) => new(From, ModifiedSince, LateFrom, [.. areas.Select(area => area.LonLat)]);

    /// <summary>The close dates among which this listing is to be told; null when it is none of this run's.</summary>
    public (DateOnly From, DateOnly To)? WindowOf(Listing listing) => listing.CloseDate switch
    {
        null => null,
        { } date when date > Today => null,
        { } date when date >= From => (From, Today),
        { } date when date >= LateFrom && listing.ModifiedAt > ModifiedSince => (LateFrom, Today),
        _ => null,
    };
}
