using TwoStory.Core.Providers;

namespace TwoStory.Core.NearbySales.Planning;

/// <summary>Leaves out circles that others cover, so that a hundred thousand leads of a city cost no more than its outline.</summary>
static class CircleThinning
{
    const double CellsPerRadius = 6;

    // Distances are taken on a plane; on the sphere they are a little shorter, by less than this for 50 miles.
    const double Doubt = 0.002;

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
        var (narrowest, widest) = Narrowing(circle);
        double west = circle.Centre.Longitude - circle.HalfWidthDegrees, east = circle.Centre.Longitude + circle.HalfWidthDegrees;
        var needed = false;
        for (var y = (int)Math.Floor(circle.SouthernmostLatitude / cell); y * cell <= circle.NorthernmostLatitude; y++)
        {
            var (northNear, northFar) = Apart(circle.Centre.Latitude, y, cell);
            for (var x = (int)Math.Floor(west / cell); x * cell <= east; x++)
            {
                var (eastNear, eastFar) = Apart(circle.Centre.Longitude, x, cell);
                if (Miles(eastNear * narrowest, northNear) > circle.RadiusMiles * (1 + Doubt) || covered.Contains((level, x, y)))
                {
                    continue;
                }
                needed = true;
                if (Miles(eastFar * widest, northFar) < circle.RadiusMiles * (1 - Doubt))
                {
                    covered.Add((level, x, y));
                }
            }
        }
        return needed;
    }

    /// <summary>The least and the most that a degree of longitude is worth, in degrees of latitude, anywhere in the circle's cells.</summary>
    static (double Narrowest, double Widest) Narrowing(GeoCircle circle)
    {
        var reach = 1.5 * circle.RadiusMiles / GeoCircle.MilesPerDegree;
        var farthest = Math.Min(90, Math.Abs(circle.Centre.Latitude) + reach);
        var nearest = Math.Max(0, Math.Abs(circle.Centre.Latitude) - reach);
        return (Math.Cos(double.DegreesToRadians(farthest)), Math.Cos(double.DegreesToRadians(nearest)));
    }

    /// <summary>How far, in degrees along one axis, a cell begins and ends from a centre.</summary>
    static (double Near, double Far) Apart(double centre, int number, double cell)
    {
        double low = (number * cell) - centre, high = low + cell;
        return (Math.Max(0, Math.Max(low, -high)), Math.Max(Math.Abs(low), Math.Abs(high)));
    }

    static double Miles(double east, double north) => Math.Sqrt((east * east) + (north * north)) * GeoCircle.MilesPerDegree;
}
