using NetTopologySuite.Geometries;
using TwoStory.Core.Providers;

namespace TwoStory.Core.NearbySales.Planning;

/// <summary>One area while a plan is made: an open ring, what it costs to write and what is expected to be sold in it.</summary>
sealed class Shape
{
    readonly Lazy<Polygon> polygon;

    Shape(Coordinate[] corners, double squareMiles, double sales)
    {
        (Corners, SquareMiles, Sales) = (corners, squareMiles, sales);
        foreach (var corner in corners)
        {
            Envelope.ExpandToInclude(corner);
        }
        polygon = new(() => Ring.ToPolygon(Corners));
    }

    public Coordinate[] Corners { get; }

    public double SquareMiles { get; }

    public double Sales { get; }

    public Envelope Envelope { get; } = new();

    public Polygon Polygon => polygon.Value;

    /// <summary>What the shape takes in a filter, once <see cref="FilterSize"/> has counted it.</summary>
    public double? Characters { get; set; }

    /// <summary>The only circle inside, when there is just one: it has better coarser forms than any ring.</summary>
    public GeoCircle? Circle { get; private init; }

    /// <summary>The fine convex outline of what is inside, where it is known, so that a hull need not go around coarse corners.</summary>
    public Coordinate[]? Outline { get; private init; }

    public static Shape Of(Coordinate[] ring, SalesField field)
    {
        var squareMiles = Ring.SquareMiles(ring);
        return new(ring, squareMiles, squareMiles * field.Average(ring));
    }

    public static Shape Of(GeoCircle circle, int corners, SalesField field)
    {
        var ring = CircleRing.Regular(circle, corners);
        var squareMiles = Ring.SquareMiles(ring);
        return new(ring, squareMiles, squareMiles * field.PerSquareMile(circle.Centre.Longitude, circle.Centre.Latitude))
        {
            Circle = circle,
            Outline = CircleRing.Regular(circle, CircleRing.Finest),
        };
    }

    /// <summary>A larger ring around what was expected to sell so much, and what the land that was added sells per square mile.</summary>
    public static Shape Grown(Coordinate[] ring, double squareMilesBefore, double salesBefore, double addedPerSquareMile, Coordinate[]? outline = null)
    {
        var squareMiles = Ring.SquareMiles(ring);
        return new(ring, squareMiles, Math.Max(0, salesBefore + ((squareMiles - squareMilesBefore) * addedPerSquareMile))) { Outline = outline };
    }
}
