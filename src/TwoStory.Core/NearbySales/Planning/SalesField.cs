using NetTopologySuite.Algorithm.Locate;
using NetTopologySuite.Geometries;

namespace TwoStory.Core.NearbySales.Planning;

/// <summary>
/// The expected sales anywhere in one plan. Where no run has counted yet, homes are sold where leads live: the prior
/// holds at the average lead and falls off with the density of leads.
/// </summary>
sealed class SalesField
{
    const int Reach = 2, SamplesPerSide = 16;
    const double Spread = 1.2, Background = 0.15, Most = 3;

    readonly Dictionary<(int X, int Y), double> leadsAround = [], known = [];
    readonly double averageAround;
    readonly SalesDensity density;

    public SalesField(IReadOnlyCollection<LeadArea> leads, SalesDensity density)
    {
        this.density = density;
        var leadsIn = leads.CountBy(lead => SalesDensity.CellOf(lead.Centre)).ToDictionary();
        foreach (var ((x, y), count) in leadsIn)
        {
            for (var at = 0; at < 25; at++)
            {
                int dx = (at % 5) - Reach, dy = (at / 5) - Reach;
                leadsAround[(x + dx, y + dy)] = leadsAround.GetValueOrDefault((x + dx, y + dy)) + (count * Math.Exp(-((dx * dx) + (dy * dy)) / (2 * Spread * Spread)));
            }
        }
        averageAround = leadsIn.Sum(cell => leadsAround[cell.Key] * cell.Value) / leads.Count;
    }

    /// <summary>The sales to expect in a polygon, from the density at a grid of points in it.</summary>
    public double SalesIn(Polygon area)
    {
        var span = area.EnvelopeInternal;
        var squareMiles = Polygons.SquareMiles(area);
        if (Math.Max(span.Width, span.Height) < 1.5 * SalesDensity.CellDegrees) return squareMiles * PerSquareMile(span.Centre);
        var locator = new IndexedPointInAreaLocator(area);
        var samples = from x in Enumerable.Range(0, SamplesPerSide)
                      from y in Enumerable.Range(0, SamplesPerSide)
                      select new Coordinate(span.MinX + (span.Width * (x + 0.5) / SamplesPerSide), span.MinY + (span.Height * (y + 0.5) / SamplesPerSide));
        return squareMiles * samples.Where(at => locator.Locate(at) != Location.Exterior).DefaultIfEmpty(span.Centre).Average(PerSquareMile);
    }

    double PerSquareMile(Coordinate at)
    {
        var cell = SalesDensity.CellOf(new(at.Y, at.X));
        if (known.TryGetValue(cell, out var sales)) return sales;
        var relative = (leadsAround.GetValueOrDefault(cell) / averageAround + Background) / (1 + Background);
        return known[cell] = density.PerSquareMile(cell, density.Prior * Math.Min(Most, relative));
    }
}
