using System.Globalization;
using TwoStory.Simulators.World;

namespace TwoStory.Tests.Simulators;

/// <summary>The King County sales where the checkout has them beside it, otherwise made-up ones of the same shape.</summary>
static class SalesSample
{
    const string Header =
        "close_date,parcel_id,close_price,bedrooms,bathrooms,living_area_sqft,lot_sqft,year_built,postal_code,latitude,longitude";

    static readonly Lazy<string> File = new(() => Shared() ?? Generated());

    public static string Path => File.Value;

    public static DateOnly AsOf { get; } = new(2015, 2, 20);

    static string? Shared()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !folder.EnumerateFiles("TwoStory.sln").Any())
        {
            folder = folder.Parent;
        }

        var file = folder?.Parent is null ? null : System.IO.Path.Combine(folder.Parent.FullName, "shared", "data", "king-county-sales.csv");
        return System.IO.File.Exists(file) ? file : null;
    }

    static string Generated()
    {
        var dice = SeededRandom.For(7, "sales sample");
        var path = System.IO.Path.Combine(Directory.CreateTempSubdirectory("twostory-sales-").FullName, "sales.csv");
        var rows = Enumerable.Range(0, 17_000).Select(index =>
        {
            var east = Math.Pow(dice.Unit(), 2);
            return string.Create(CultureInfo.InvariantCulture,
                $"{new DateOnly(2014, 5, 2).AddDays(dice.Between(0, 302)):yyyy-MM-dd},{1_000_000_000L + index * 37},{dice.Between(78, 1500) * 1000},{dice.Between(1, 6)},{dice.Between(2, 14) * 0.25m},{dice.Between(500, 5000)},{dice.Between(900, 40000)},{dice.Between(1900, 2015)},98{dice.Between(1, 199):000},{dice.Between(47.3, 47.77):F4},{-122.4 + east * 0.5:F3}");
        });
        System.IO.File.WriteAllLines(path, rows.Prepend(Header));
        return path;
    }
}
