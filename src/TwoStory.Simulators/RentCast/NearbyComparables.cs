using TwoStory.Simulators.World;

namespace TwoStory.Simulators.RentCast;

/// <summary>Finds the sales nearest to a point without looking at all of them.</summary>
sealed class NearbyComparables(SimulatedWorld world)
{
    const double CellDegrees = 0.01;
    const double CellMiles = 0.45;

    readonly Lazy<ILookup<(int, int), ClosedSale>> cells = new(() => world.Sales.ToLookup(sale => Cell(sale.Home.Point)));

    /// <param name="point">The subject.</param>
    /// <param name="exclude">The subject's own address.</param>
    /// <param name="count">At most so many.</param>
    /// <param name="maxMiles">None farther.</param>
    /// <param name="since">None closed before.</param>
    /// <param name="today">None closed after.</param>
    public IReadOnlyList<(ClosedSale Sale, double Miles)> Nearest(
        WorldPoint point, string? exclude, int count, double maxMiles, DateOnly since, DateOnly today)
    {
        List<(ClosedSale Sale, double Miles)> found = [];
        var rings = Math.Min(20, (int)(maxMiles / CellMiles) + 1);
        for (var ring = 0; ring <= rings && found.Count < count; ring++)
        {
            found.AddRange(Ring(Cell(point), ring)
                .Where(sale => sale.CloseDate >= since && sale.CloseDate <= today && sale.Home.Address.OneLine != exclude)
                .Select(sale => (sale, sale.Home.Point.MilesTo(point)))
                .Where(near => near.Item2 <= maxMiles));
        }

        return [.. found.OrderBy(near => near.Miles).ThenBy(near => near.Sale.ListingKey, StringComparer.Ordinal).Take(count)];
    }

    IEnumerable<ClosedSale> Ring((int Row, int Column) centre, int ring)
    {
        for (var north = -ring; north <= ring; north++)
        {
            // Between the first and the last row only the two ends belong to the ring.
            var step = Math.Abs(north) == ring ? 1 : 2 * ring;
            for (var east = -ring; east <= ring; east += Math.Max(1, step))
            {
                foreach (var sale in cells.Value[(centre.Row + north, centre.Column + east)])
                {
                    yield return sale;
                }
            }
        }
    }

    static (int Row, int Column) Cell(WorldPoint point) =>
        ((int)Math.Floor(point.Latitude / CellDegrees), (int)Math.Floor(point.Longitude / CellDegrees));
}
