using System.Globalization;
using TwoStory.Core.NearbySales;
using TwoStory.Core.NearbySales.Planning;

namespace TwoStory.Core.Providers.Spark;

/// <summary>Writes what the nearby-sales job asks Spark for: https://sparkplatform.com/docs/reso/request_parameters.</summary>
static class SparkSalesFilter
{
    /// <summary>Closed sales of the window, and late reports: modified since the last good run, and closed not too long ago.</summary>
    public static string ClosedSales(NearbySalesPlan plan, IReadOnlyList<AreaPolygon> areas, GeoFilter filter)
    {
        var window = $"CloseDate ge {Date(plan.From)}";
        if (plan.ModifiedSince is { } since)
        {
            window = string.Create(CultureInfo.InvariantCulture, $"({window} or (ModificationTimestamp gt {since:yyyy-MM-ddTHH:mm:ss}Z and CloseDate ge {Date(plan.LateFrom)}))");
        }
        return $"StandardStatus eq 'Closed' and {window} and {SparkFilters.Geo([.. areas.Select(area => area.LonLat)], filter)}";
    }

    static string Date(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
