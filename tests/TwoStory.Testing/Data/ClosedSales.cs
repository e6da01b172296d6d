using System.Globalization;
using TwoStory.Core.Providers;

namespace TwoStory.Tests.Data;

/// <summary>One closed sale; its listing id is `{parcel_id}-{close_date}`, as in the simulated MLS.</summary>
public sealed record ClosedSale(
    string ParcelId, DateOnly CloseDate, decimal Price, decimal Bedrooms, decimal Bathrooms,
    int LivingAreaSquareFeet, int LotSquareFeet, int YearBuilt, string PostalCode, GeoPoint Point)
{
    public string ListingId => $"{ParcelId}-{CloseDate:yyyy-MM-dd}";
}

/// <summary>Ten months of sales in King County: the shared file, or generated ones of the same shape where it is missing.</summary>
public static class ClosedSales
{
    public const string Header =
        "close_date,parcel_id,close_price,bedrooms,bathrooms,living_area_sqft,lot_sqft,year_built,postal_code,latitude,longitude";

    public static readonly DateOnly First = new(2014, 5, 2), Last = new(2015, 2, 28);

    static readonly Lazy<IReadOnlyList<ClosedSale>> Loaded = new(() => File is { } file ? Read(file) : Generate());

    public static IReadOnlyList<ClosedSale> All => Loaded.Value;

    /// <summary>The shared file of real sales, or null where it is not there (`TWOSTORY_SHARED` names its folder).</summary>
    public static string? File { get; } = SharedFolders().Select(folder => Path.Combine(folder, "data", "king-county-sales.csv")).FirstOrDefault(System.IO.File.Exists);

    /// <summary>The sales closed from the first to the last day, both included.</summary>
    public static IReadOnlyList<ClosedSale> Between(DateOnly first, DateOnly last) =>
        [.. All.Where(sale => sale.CloseDate >= first && sale.CloseDate <= last)];

    public static IReadOnlyList<ClosedSale> Read(string path) => [.. System.IO.File.ReadLines(path).Skip(1).Select(Parse)];

    /// <summary>Writes sales in the format of the shared file.</summary>
    public static void Write(string path, IEnumerable<ClosedSale> sales) =>
        System.IO.File.WriteAllLines(path, sales.Select(sale => string.Create(
            CultureInfo.InvariantCulture,
            $"{sale.CloseDate:yyyy-MM-dd},{sale.ParcelId},{sale.Price},{sale.Bedrooms},{sale.Bathrooms},{sale.LivingAreaSquareFeet},{sale.LotSquareFeet},{sale.YearBuilt},{sale.PostalCode},{sale.Point.Latitude},{sale.Point.Longitude}"))
            .Prepend(Header));

    /// <summary>About 17,000 sales over ten months, clustered in a county of 40 by 55 miles; the same for the same seed.</summary>
    public static IReadOnlyList<ClosedSale> Generate(int seed = 1, int count = 16_847)
    {
        var random = new Random(seed);
        var towns = Enumerable.Range(0, 45).Select(_ => new Town(random)).ToArray();
        var days = Last.DayNumber - First.DayNumber + 1;
        return [.. Enumerable.Range(0, count)
            .Select(number => towns[Pick(towns, random)].Sell(number, First.AddDays(random.Next(days)), random))
            .OrderBy(sale => sale.CloseDate)];
    }

    static int Pick(Town[] towns, Random random)
    {
        var left = random.NextDouble() * towns.Sum(town => town.Size);
        return Math.Max(0, Array.FindIndex(towns, town => (left -= town.Size) <= 0));
    }

    static ClosedSale Parse(string line)
    {
        var field = line.Split(',');
        var invariant = CultureInfo.InvariantCulture;
        return new(
            field[1], DateOnly.Parse(field[0], invariant), decimal.Parse(field[2], invariant), decimal.Parse(field[3], invariant),
            decimal.Parse(field[4], invariant), int.Parse(field[5], invariant), int.Parse(field[6], invariant),
            int.Parse(field[7], invariant), field[8], new(double.Parse(field[9], invariant), double.Parse(field[10], invariant)));
    }

    static IEnumerable<string> SharedFolders()
    {
        if (Environment.GetEnvironmentVariable("TWOSTORY_SHARED") is { Length: > 0 } named)
        {
            yield return named;
        }
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(folder.FullName, "TwoStory.sln")) && folder.Parent is { } beside)
            {
                yield return Path.Combine(beside.FullName, "shared");
            }
        }
    }

    /// <summary>A cluster of homes: most in the west of the county, a few wide ones in the east.</summary>
    sealed class Town(Random random)
    {
        readonly double latitude = 47.2 + (0.55 * random.NextDouble());
        readonly double longitude = -122.42 + (0.45 * random.NextDouble() * (0.6 + random.NextDouble()));
        readonly double spread = 0.012 + (0.03 * random.NextDouble());
        readonly string postalCode = string.Create(CultureInfo.InvariantCulture, $"98{random.Next(1, 200):000}");

        public double Size { get; } = 0.2 + random.NextDouble();

        public ClosedSale Sell(int number, DateOnly day, Random random)
        {
            var feet = 900 + random.Next(2600);
            var point = new GeoPoint(
                Math.Round(latitude + (spread * Normal(random)), 4), Math.Round(longitude + (1.4 * spread * Normal(random)), 3));
            return new(
                string.Create(CultureInfo.InvariantCulture, $"{1_000_000_000L + (number * 37L)}"), day, 1000 * random.Next(feet / 8, feet / 3),
                random.Next(1, 7), random.Next(2, 9) / 2m, feet, feet * random.Next(2, 9), random.Next(1900, 2016), postalCode, point);
        }

        static double Normal(Random random) =>
            Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }
}
