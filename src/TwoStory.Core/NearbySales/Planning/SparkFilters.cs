using System.Buffers;
using System.Globalization;
using System.Text;

namespace TwoStory.Core.NearbySales.Planning;

/// <summary>Writes areas as the geo part of an OData filter, the way Spark's own examples do.</summary>
public static class SparkFilters
{
    static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~'(),:$");

    /// <summary>The areas joined with `or`, in parentheses when there are several.</summary>
    public static string Geo(IReadOnlyList<AreaPolygon> areas, GeoFilter filter)
    {
        ArgumentNullException.ThrowIfNull(areas);
        var terms = string.Join(" or ", areas.Select(area => filter == GeoFilter.Polygon ? Polygon(area) : Box(area)));
        return areas.Count == 1 ? terms : $"({terms})";
    }

    /// <summary>
    /// The filter as it stands in a query string. Escapes no more than it must: RFC 3986 allows parentheses, commas and
    /// quotes there, and a tenth of a polygon is those.
    /// </summary>
    public static string Encode(string filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var encoded = new StringBuilder(filter.Length * 5 / 4);
        for (var rest = filter.AsSpan(); rest.Length > 0;)
        {
            var plain = rest.IndexOfAnyExcept(Plain);
            encoded.Append(rest[..(plain < 0 ? rest.Length : plain)]);
            rest = plain < 0 ? [] : rest[plain..];
            var reserved = rest.IndexOfAny(Plain);
            encoded.Append(Uri.EscapeDataString(rest[..(reserved < 0 ? rest.Length : reserved)]));
            rest = reserved < 0 ? [] : rest[reserved..];
        }
        return encoded.ToString();
    }

    // The literal's grammar allows no blank after a comma.
    static string Polygon(AreaPolygon area) =>
        $"geo.intersects(Location, geography'POLYGON(({string.Join(',', area.Points.Select(point => $"{Degrees(point.Longitude)} {Degrees(point.Latitude)}"))}))')";

    static string Box(AreaPolygon area)
    {
        double south = area.Points.Min(point => point.Latitude), north = area.Points.Max(point => point.Latitude);
        double west = area.Points.Min(point => point.Longitude), east = area.Points.Max(point => point.Longitude);
        return $"(Latitude ge {Degrees(south)} and Latitude le {Degrees(north)} and Longitude ge {Degrees(west)} and Longitude le {Degrees(east)})";
    }

    static string Degrees(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
