using TwoStory.Core.Places;

namespace TwoStory.Core.Listings.Planning;

/// <summary>Leaves out circles that others cover, so that a hundred thousand leads of a city cost no more than its outline.</summary>
static class CircleThinning
{
    const double CellsPerRadius = 6;

    /// <summary>Circles that together cover the same; a radius below 0.01 miles counts as that.</summary>
    public static List<GeoCircle> Keep(IEnumerable<LeadArea> leads)
    {
        var covered = new HashSet<(int Level, int X, int Y)>();
        var kept = new List<GeoCircle>();
        var circles = leads.Select(lead => new GeoCircle(lead.Centre, Math.Max(0.01, lead.RadiusMiles))).Distinct();
        foreach (var circle in circles.OrderByDescending(circle => circle.RadiusMiles))
        {
            if (!CircleRing.IsPlain(circle) || Cover(circle, covered))
            {
                kept.Add(circle);
            }
        }
        return kept;
    }

    /// <summary>Marks the cells that lie wholly in the circle; false when every cell that it touches was marked before.</summary>
    static bool Cover(GeoCircle circle, HashSet<(int Level, int X, int Y)> covered)
    {
        var level = (int)Math.Ceiling(Math.Log2(circle.RadiusMiles));
        var cell = Math.Pow(2, level) / CellsPerRadius / GeoCircle.MilesPerDegree;
        var needed = false;
        for (var y = (int)Math.Floor(circle.SouthernmostLatitude / cell); y * cell <= circle.NorthernmostLatitude; y++)
        {
            double west = circle.Centre.Longitude - circle.HalfWidthDegrees, east = circle.Centre.Longitude + circle.HalfWidthDegrees;
            for (var x = (int)Math.Floor(west / cell); x * cell <= east; x++)
            {
                if (Nearest(circle, x, y, cell) > circle.RadiusMiles || covered.Contains((level, x, y)))
                {
                    continue;
                }
                needed = true;
                if (Farthest(circle, x, y, cell) < circle.RadiusMiles)
                {
                    covered.Add((level, x, y));
                }
            }
        }
        return needed;
    }

    static double Farthest(GeoCircle circle, int x, int y, double cell) =>
        Math.Max(
            Math.Max(Miles(circle, x, y, cell), Miles(circle, x + 1, y, cell)),
            Math.Max(Miles(circle, x, y + 1, cell), Miles(circle, x + 1, y + 1, cell)));

    // A cell is so small beside the circle that its own sides count as straight; the margin is a hundredth of a cell.
    static double Nearest(GeoCircle circle, int x, int y, double cell)
    {
        var point = new GeoPoint(
            Math.Clamp(circle.Centre.Latitude, y * cell, (y + 1) * cell), Math.Clamp(circle.Centre.Longitude, x * cell, (x + 1) * cell));
        return circle.Centre.DistanceMilesTo(point) - (cell * GeoCircle.MilesPerDegree / 100);
    }

    static double Miles(GeoCircle circle, double x, double y, double cell) => circle.Centre.DistanceMilesTo(new(y * cell, x * cell));
}
