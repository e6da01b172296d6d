using System.Globalization;
using System.Text.RegularExpressions;

namespace TwoStory.Core.Providers.Spark;

/// <summary>How an area is put into a Spark filter.</summary>
public enum GeoFilter
{
    /// <summary><c>geo.intersects</c> with the polygon itself.</summary>
    Polygon,

    /// <summary>Comparisons of Latitude and Longitude with the rectangle around the area, for servers without polygons.</summary>
    BoundingBox,
}

/// <summary>Writes areas as the geo part of an OData filter, the way Spark's own examples do.</summary>
static partial class SparkFilters
{
    /// <summary>The areas joined with <c>or</c>, in parentheses when there are several; each is longitude, latitude, longitude, latitude …</summary>
    public static string Geo(IReadOnlyList<IReadOnlyList<double>> areas, GeoFilter filter)
    {
        var terms = string.Join(" or ", areas.Select(area => filter == GeoFilter.Polygon ? Polygon(area) : Box(area)));
        return areas.Count == 1 ? terms : $"({terms})";
    }

    /// <summary>
    /// The filter as it stands in a query string. RFC 3986 allows parentheses, commas and quotes there, and a tenth of a
    /// polygon is those, so they are not escaped.
    /// </summary>
    public static string Encode(string filter) => Reserved().Replace(filter, reserved => Uri.EscapeDataString(reserved.ValueSpan));

    // The literal's grammar allows no blank after a comma.
    static string Polygon(IReadOnlyList<double> area) =>
        $"geo.intersects(Location, geography'POLYGON(({string.Join(',', area.Chunk(2).Select(corner => $"{Degrees(corner[0])} {Degrees(corner[1])}"))}))')";

    static string Box(IReadOnlyList<double> area)
    {
        double[] longitudes = [.. area.Where((_, at) => at % 2 == 0)], latitudes = [.. area.Where((_, at) => at % 2 == 1)];
        return $"(Latitude ge {Degrees(latitudes.Min())} and Latitude le {Degrees(latitudes.Max())}"
            + $" and Longitude ge {Degrees(longitudes.Min())} and Longitude le {Degrees(longitudes.Max())})";
    }

    static string Degrees(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"[^A-Za-z0-9\-._~'(),:$]+")]
    private static partial Regex Reserved();
}
