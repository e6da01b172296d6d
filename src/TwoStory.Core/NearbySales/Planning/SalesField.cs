using NetTopologySuite.Algorithm.Locate;
using NetTopologySuite.Geometries;

namespace TwoStory.Core.NearbySales.Planning;

/// <summary>
/// The expected sales per square mile anywhere in one plan. Where no run has counted yet, homes are sold where leads
/// live: the prior holds at the average lead and falls off with the density of leads.
/// </summary>
sealed class SalesField
{
    const int Reach = 2, SamplesPerSide = 16;
    const double Spread = 1.2, Background = 0.15, Most = 3;

    static readonly double[] Kernel = [.. Enumerable.Range(-Reach, (2 * Reach) + 1).Select(offset => Math.Exp(-offset * offset / (2 * Spread * Spread)))];

    readonly Dictionary<(int X, int Y), double> leadsAround = [];
    readonly Dictionary<(int X, int Y), double> known = [];
    readonly double averageAround;
    readonly SalesDensity density;

    public SalesField(IReadOnlyCollection<LeadArea> leads, SalesDensity density)
    {
        this.density = density;
        var perCell = leads.GroupBy(lead => SalesDensity.CellOf(lead.Centre)).ToDictionary(cell => cell.Key, cell => cell.Count());
        foreach (var ((x, y), count) in perCell)
        {
            for (var dx = -Reach; dx <= Reach; dx++)
            {
                for (var dy = -Reach; dy <= Reach; dy++)
                {
                    var cell = (x + dx, y + dy);
                    leadsAround[cell] = leadsAround.GetValueOrDefault(cell) + (count * Kernel[dx + Reach] * Kernel[dy + Reach]);
                }
            }
        }
        averageAround = perCell.Sum(cell => leadsAround[cell.Key] * cell.Value) / Math.Max(1, leads.Count);
    }

    public double PerSquareMile(double longitude, double latitude)
    {
        var cell = SalesDensity.CellOf(new(latitude, longitude));
        if (!known.TryGetValue(cell, out var sales))
        {
            var relative = leadsAround.GetValueOrDefault(cell) / averageAround;
            sales = known[cell] = density.PerSquareMile(cell, density.Prior * Math.Min(Most, (relative + Background) / (1 + Background)));
        }
        return sales;
    }

    /// <summary>The sales per square mile over a ring, from a grid of points in it.</summary>
    public double Average(Coordinate[] ring)
    {
        var area = new IndexedPointInAreaLocator(Ring.ToPolygon(ring));
        var envelope = new Envelope(ring);
        double sum = 0;
        var inside = 0;
        for (var x = 0.5; x < SamplesPerSide; x++)
        {
            for (var y = 0.5; y < SamplesPerSide; y++)
            {
                var at = new Coordinate(envelope.MinX + (envelope.Width * x / SamplesPerSide), envelope.MinY + (envelope.Height * y / SamplesPerSide));
                if (area.Locate(at) != Location.Exterior)
                {
                    sum += PerSquareMile(at.X, at.Y);
                    inside++;
                }
            }
        }
        return inside > 0 ? sum / inside : PerSquareMile(envelope.Centre.X, envelope.Centre.Y);
    }
}
