using System.Globalization;

namespace TwoStory.Core.Listings.Planning;

/// <summary>Writes areas as the geo part of an OData filter, the way Spark's own examples do.</summary>
public static class SparkFilters
{
    /// <summary>The areas joined with `or`, in parentheses when there are several.</summary>
    public static string Geo(IReadOnlyList<AreaPolygon> areas, GeoFilter filter)
    {
        ArgumentNullException.ThrowIfNull(areas);
        var terms = string.Join(" or ", areas.Select(area => filter == GeoFilter.Polygon ? Polygon(area) : Box(area)));
        return areas.Count == 1 ? terms : $"({terms})";
    }

    /// <summary>The characters that a filter takes in a request line when every reserved character is escaped.</summary>
    public static int EncodedLength(string filter) => Uri.EscapeDataString(filter).Length;

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
