using NetTopologySuite.Geometries;
using TwoStory.Core.Providers.Spark;

namespace TwoStory.Core.NearbySales.Planning;

/// <summary>An upper bound on the encoded characters that shapes take in a filter, known before they are written.</summary>
sealed class FilterSize(PlanOptions options)
{
    static readonly int PolygonFrame = SparkFilters.Encode("geo.intersects(Location, geography'POLYGON(())') or ").Length;
    static readonly int CornerFrame = SparkFilters.Encode(" ,").Length + (2 * ".0000".Length);
    static readonly int Box = SparkFilters.Encode("(Latitude ge -00.0000 and Latitude le -00.0000 and Longitude ge -000.0000 and Longitude le -000.0000) or ").Length;

    /// <summary>What one filter holds, less the parentheses around it.</summary>
    public double Capacity { get; } = options.MaxFilterLength - SparkFilters.Encode("()").Length;

    /// <summary>The share of a filter that the shape takes: its characters, or one of the areas that a filter may hold.</summary>
    public double Of(Shape shape) => Math.Max(Characters(shape), Capacity / options.AreasPerRequest);

    public double Characters(Shape shape) => shape.Characters ??= Count(shape.Corners);

    double Count(Coordinate[] corners)
    {
        if (options.Filter == GeoFilter.BoundingBox)
        {
            return Box;
        }
        double characters = PolygonFrame;
        var last = corners[^1];
        foreach (var corner in corners)
        {
            characters += Ring.Pieces(last, corner) * CornerCharacters(corner);
            last = corner;
        }
        return characters + CornerCharacters(corners[0]);
    }

    static int CornerCharacters(Coordinate corner) => CornerFrame + Whole(corner.X) + Whole(corner.Y);

    static int Whole(double degrees) => (degrees < 0 ? 1 : 0) + (Math.Abs(degrees) >= 99.99 ? 3 : Math.Abs(degrees) >= 9.99 ? 2 : 1);
}
