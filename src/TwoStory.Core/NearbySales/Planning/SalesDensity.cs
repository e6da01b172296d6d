using System.Text.Json;
using TwoStory.Core.Providers;

namespace TwoStory.Core.NearbySales.Planning;

/// <summary>
/// The closed sales to expect per square mile within a run's window, by cell of 0.04 degrees: the counts of earlier runs,
/// and a prior elsewhere. Stored per organization as a short JSON text.
/// </summary>
sealed class SalesDensity
{
    /// <summary>For a first run: the five million homes sold in the United States in a year, by week and square mile of urban land.</summary>
    public const double DefaultPrior = 1;

    public const double CellDegrees = 0.04;

    const double PriorSquareMiles = 2, Remembered = 0.8, Forgotten = 0.2;
    const int SamplesPerSide = 6;

    readonly Dictionary<(int X, int Y), Seen> cells;

    SalesDensity(double prior, Dictionary<(int X, int Y), Seen> cells) => (Prior, this.cells) = (prior, cells);

    /// <summary>The density of a first run.</summary>
    public static SalesDensity Unknown { get; } = new(DefaultPrior, []);

    /// <summary>Sales per square mile around leads where nothing was counted yet.</summary>
    public double Prior { get; }

    /// <summary>The density after a run that fetched the areas and received listings at these points.</summary>
    public static SalesDensity Update(SalesDensity previous, IEnumerable<AreaPolygon> areas, IEnumerable<GeoPoint> listings)
    {
        var updated = previous.cells.ToDictionary(cell => cell.Key, cell => new Seen(cell.Value.SquareMiles * Remembered, cell.Value.Sales * Remembered));
        var fetched = areas.SelectMany(Samples).GroupBy(sample => CellOf(sample.At)).ToDictionary(cell => cell.Key, cell => cell.Sum(sample => sample.SquareMiles));
        var sales = listings.Where(point => point.IsGeocoded).CountBy(CellOf).ToDictionary();
        foreach (var (cell, squareMiles) in fetched)
        {
            var seen = updated.GetValueOrDefault(cell);
            updated[cell] = new(seen.SquareMiles + squareMiles, seen.Sales + sales.GetValueOrDefault(cell));
        }
        updated = updated.Where(cell => cell.Value.SquareMiles >= Forgotten).ToDictionary();
        double allMiles = updated.Values.Sum(seen => seen.SquareMiles), allSales = updated.Values.Sum(seen => seen.Sales);
        return new((allSales + (DefaultPrior * PriorSquareMiles)) / (allMiles + PriorSquareMiles), updated);
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote; null or any other text is a first run.</summary>
    public static SalesDensity FromJson(string? json)
    {
        try
        {
            return JsonSerializer.Deserialize<Stored>(json ?? "null") is { Prior: > 0, Cells: { } rows } stored && rows.All(row => row is [_, _, > 0, >= 0])
                ? new(stored.Prior, rows.ToDictionary(row => ((int)row[0], (int)row[1]), row => new Seen(row[2], row[3])))
                : Unknown;
        }
        catch (Exception unreadable) when (unreadable is JsonException or ArgumentException)
        {
            return Unknown;
        }
    }

    public string ToJson() => JsonSerializer.Serialize(new Stored(
        Math.Round(Prior, 4), [.. cells.Select(cell => new[] { cell.Key.X, cell.Key.Y, Math.Round(cell.Value.SquareMiles, 2), Math.Round(cell.Value.Sales, 2) })]));

    /// <summary>Sales per square mile to expect in a cell; <paramref name="prior"/> is the expectation where nothing was counted.</summary>
    public double PerSquareMile((int X, int Y) cell, double prior)
    {
        var seen = cells.GetValueOrDefault(cell);
        return (seen.Sales + (prior * PriorSquareMiles)) / (seen.SquareMiles + PriorSquareMiles);
    }

    public static (int X, int Y) CellOf(GeoPoint point) => ((int)Math.Floor(point.Longitude / CellDegrees), (int)Math.Floor(point.Latitude / CellDegrees));

    /// <summary>Points of a grid inside an area, and the square miles that each stands for.</summary>
    static IEnumerable<(GeoPoint At, double SquareMiles)> Samples(AreaPolygon area)
    {
        const double step = CellDegrees / SamplesPerSide, miles = step * GeoCircle.MilesPerDegree;
        var span = area.Shape.EnvelopeInternal;
        return from latitude in Steps(span.MinY, span.MaxY)
               from longitude in Steps(span.MinX, span.MaxX)
               let at = new GeoPoint(latitude, longitude)
               where area.Contains(at)
               select (at, miles * miles * Math.Cos(double.DegreesToRadians(latitude)));

        static IEnumerable<double> Steps(double from, double to) =>
            Enumerable.Range(0, (int)((to - from) / step) + 2).Select(at => (Math.Floor(from / step) + at + 0.5) * step).Where(at => at < to);
    }

    readonly record struct Seen(double SquareMiles, double Sales);

    sealed record Stored(double Prior, double[][] Cells);
}
