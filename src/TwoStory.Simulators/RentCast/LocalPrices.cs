using TwoStory.Simulators.World;

namespace TwoStory.Simulators.RentCast;

/// <summary>The median dollars per square foot around a point, from the world's sales; the same for as long as the world lives.</summary>
sealed class LocalPrices
{
    const double CellsPerDegree = 50;
    const double Unknown = 300;

    readonly Dictionary<(int, int), double> medians;
    readonly double overall;

    public LocalPrices(IReadOnlyList<ClosedSale> sales)
    {
        medians = sales.GroupBy(sale => Cell(sale.Home.Point)).ToDictionary(cell => cell.Key, cell => Median(cell));
        overall = sales.Count == 0 ? Unknown : Median(sales);
    }

    public double PerSquareFoot(WorldPoint? point)
    {
        if (point is not { } place)
        {
            return overall;
        }

        var (row, column) = Cell(place);
        double sum = 0;
        var count = 0;
        for (var north = -1; north <= 1; north++)
        {
            for (var east = -1; east <= 1; east++)
            {
                if (medians.TryGetValue((row + north, column + east), out var median))
                {
                    sum += median;
                    count++;
                }
            }
        }

        return count == 0 ? overall : sum / count;
    }

    static (int, int) Cell(WorldPoint point) =>
        ((int)Math.Floor(point.Latitude * CellsPerDegree), (int)Math.Floor(point.Longitude * CellsPerDegree));

    static double Median(IEnumerable<ClosedSale> sales)
    {
        var prices = sales.Select(sale => (double)sale.ClosePrice / Math.Max(100, sale.Home.SquareFeet)).Order().ToList();
        return prices[prices.Count / 2];
    }
}
