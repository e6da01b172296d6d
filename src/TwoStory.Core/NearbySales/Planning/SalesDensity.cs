using System.Text.Json;
using TwoStory.Core.Providers;

namespace TwoStory.Core.NearbySales.Planning;

/// <summary>
/// The closed sales to expect per square mile in the window that is asked for, by cell of 0.04 degrees: what earlier
/// runs counted, and a prior where they did not look. Kept per organization as a short JSON text.
/// </summary>
public sealed class SalesDensity
{
    /// <summary>For a first run: the five million homes sold in the United States in a year, by week and square mile of urban land.</summary>
    public const double DefaultPrior = 1;

    internal const double CellDegrees = 0.04;

    const double PriorSquareMiles = 2, Remembered = 0.8, Forgotten = 0.2;
    const int SamplesPerSide = 6;

    readonly Dictionary<(int X, int Y), Seen> cells;

    SalesDensity(double prior, Dictionary<(int X, int Y), Seen> cells) => (Prior, this.cells) = (prior, cells);

    /// <summary>What a first run knows.</summary>
    public static SalesDensity Unknown { get; } = new(DefaultPrior, []);

    /// <summary>Sales per square mile around leads where nothing was counted yet.</summary>
    public double Prior { get; }

    /// <summary>The density after a run that asked for the areas and was given listings at these points.</summary>
    public static SalesDensity Update(SalesDensity previous, IEnumerable<AreaPolygon> areasAsked, IEnumerable<GeoPoint> listingPoints)
    {
        ArgumentNullException.ThrowIfNull(previous);
        ArgumentNullException.ThrowIfNull(areasAsked);
        ArgumentNullException.ThrowIfNull(listingPoints);
        var cells = previous.cells.ToDictionary(cell => cell.Key, cell => cell.Value with
        {
            SquareMiles = cell.Value.SquareMiles * Remembered,
            Sales = cell.Value.Sales * Remembered,
        });
        var asked = Asked(areasAsked);
        foreach (var (cell, squareMiles) in asked)
        {
            var seen = cells.GetValueOrDefault(cell);
            cells[cell] = seen with { SquareMiles = seen.SquareMiles + squareMiles };
        }
        foreach (var cell in listingPoints.Where(point => point.IsGeocoded).Select(CellOf).Where(asked.ContainsKey))
        {
            cells[cell] = cells[cell] with { Sales = cells[cell].Sales + 1 };
        }
        foreach (var (cell, _) in cells.Where(cell => cell.Value.SquareMiles < Forgotten).ToList())
        {
            cells.Remove(cell);
        }
        double allMiles = cells.Values.Sum(seen => seen.SquareMiles), allSales = cells.Values.Sum(seen => seen.Sales);
        return new((allSales + (DefaultPrior * PriorSquareMiles)) / (allMiles + PriorSquareMiles), cells);
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote; null, or a text that is not such, is a first run.</summary>
    public static SalesDensity FromJson(string? json)
    {
        if (string.IsNullOrWhiteSpace(json))
        {
            return Unknown;
        }
        try
        {
            return JsonSerializer.Deserialize<Stored>(json) is { Prior: > 0, Cells: { } rows } stored
                && rows.All(row => row is [_, _, > 0, >= 0])
                ? new(stored.Prior, rows.ToDictionary(row => ((int)row[0], (int)row[1]), row => new Seen(row[2], row[3])))
                : Unknown;
        }
        catch (Exception unreadable) when (unreadable is JsonException or ArgumentException)
        {
            return Unknown;
        }
    }

    public string ToJson() => JsonSerializer.Serialize(new Stored(
        Math.Round(Prior, 4),
        [.. cells.Select(cell => new[] { cell.Key.X, cell.Key.Y, Math.Round(cell.Value.SquareMiles, 2), Math.Round(cell.Value.Sales, 2) })]));

    /// <summary>Sales per square mile to expect at a point, given what is thought of it when nothing was counted there.</summary>
    internal double PerSquareMile((int X, int Y) cell, double prior) =>
        cells.TryGetValue(cell, out var seen)
            ? (seen.Sales + (prior * PriorSquareMiles)) / (seen.SquareMiles + PriorSquareMiles)
            : prior;

    internal static (int X, int Y) CellOf(GeoPoint point) =>
        ((int)Math.Floor(point.Longitude / CellDegrees), (int)Math.Floor(point.Latitude / CellDegrees));

    static Dictionary<(int X, int Y), double> Asked(IEnumerable<AreaPolygon> areas)
    {
        const double step = CellDegrees / SamplesPerSide;
        var asked = new Dictionary<(int, int), double>();
        foreach (var area in areas)
        {
            double west = area.Points.Min(point => point.Longitude), east = area.Points.Max(point => point.Longitude);
            double south = area.Points.Min(point => point.Latitude), north = area.Points.Max(point => point.Latitude);
            for (var latitude = (Math.Floor(south / step) + 0.5) * step; latitude < north; latitude += step)
            {
                var miles = step * GeoCircle.MilesPerDegree;
                var squareMiles = miles * miles * Math.Cos(double.DegreesToRadians(latitude));
                for (var longitude = (Math.Floor(west / step) + 0.5) * step; longitude < east; longitude += step)
                {
                    var sample = new GeoPoint(latitude, longitude);
                    if (area.Contains(sample))
                    {
                        asked[CellOf(sample)] = asked.GetValueOrDefault(CellOf(sample)) + squareMiles;
                    }
                }
            }
        }
        return asked;
    }

    readonly record struct Seen(double SquareMiles, double Sales);

    sealed record Stored(double Prior, double[][] Cells);
}
