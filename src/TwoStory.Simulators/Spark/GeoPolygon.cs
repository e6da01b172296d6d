using Microsoft.Spatial;
using NetTopologySuite.Algorithm;
using NetTopologySuite.Geometries;
using TwoStory.Simulators.World;

namespace TwoStory.Simulators.Spark;

/// <summary>A polygon of a $filter. Edges and corners count as inside, also those of holes.</summary>
sealed class GeoPolygon
{
    readonly Coordinate[] shell;
    readonly Coordinate[][] holes;
    readonly Envelope bounds;

    GeoPolygon(Coordinate[][] rings)
    {
        shell = rings[0];
        holes = rings[1..];
        bounds = new Envelope(shell);
    }

    public bool Covers(WorldPoint point)
    {
        if (!bounds.Contains(point.Longitude, point.Latitude))
        {
            return false;
        }

        var position = new Coordinate(point.Longitude, point.Latitude);
        return PointLocation.LocateInRing(position, shell) != Location.Exterior
            && Array.TrueForAll(holes, hole => PointLocation.LocateInRing(position, hole) != Location.Interior);
    }

    /// <exception cref="FilterException">The polygon has no rings, another coordinate system than WGS 84, or a longitude beyond 180.</exception>
    public static GeoPolygon From(GeographyPolygon polygon) => polygon.Rings.Count > 0 && polygon.CoordinateSystem.EpsgId == 4326
        ? new([.. polygon.Rings.Select(ring => ring.Points.Select(Coordinate).ToArray())])
        : throw new FilterException("The POLYGON has no rings or another SRID than 4326.");

    static Coordinate Coordinate(GeographyPoint point) => Math.Abs(point.Longitude) <= 180
        ? new(point.Longitude, point.Latitude)
        : throw new FilterException($"{point.Longitude} is not a longitude.");
}
