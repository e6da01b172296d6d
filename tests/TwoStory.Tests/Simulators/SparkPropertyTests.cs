using System.Globalization;
using System.Net;
using System.Text.Json;
using TwoStory.Simulators.World;

namespace TwoStory.Tests.Simulators;

public sealed class SparkPropertyTests : IAsyncLifetime
{
    SimulatorHost host = null!;

    public async Task InitializeAsync() => host = await SimulatorHost.StartAsync(options =>
        (options.SalesFile, options.SalesAsOf) = (SalesSample.Path, SalesSample.AsOf));

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(12)]
    [InlineData(80)]
    public async Task Polygons_find_exactly_the_sales_inside_of_them(int count)
    {
        host.Options.SparkMaxFilterLength = 60_000;
        var since = host.Today.AddDays(-20);
        var recent = host.World.Sales.Where(sale => sale.CloseDate >= since && sale.CloseDate <= host.Today).ToList();
        var dice = SeededRandom.For(count, "polygons");
        var polygons = Enumerable.Range(0, count)
            .Select(_ => Ring(dice.Pick(recent).Home.Point, dice.Between(0.2, 2), 8)).ToList();
        var areas = string.Join(" or ", polygons.Select(ring => $"geo.intersects(Location, geography'POLYGON(({Text(ring)}))')"));
        var rows = await host.SparkRowsAsync($"StandardStatus eq 'Closed' and CloseDate ge {Day(since)} and ({areas})");

        var expected = recent.Where(sale => polygons.Any(ring => IsInside(ring, sale.Home.Point)))
            .Select(sale => sale.ListingKey).Order(StringComparer.Ordinal).ToList();
        Assert.NotEmpty(expected);
        Assert.Equal(expected, rows.Select(Key));
    }

    [Theory]
    [InlineData("sim-idx-a", 25, 25)]
    [InlineData("sim-vow-a", 1000, 25)]
    [InlineData("sim-replication-a", 5000, 1000)]
    [InlineData("sim-replication-a", 7, 7)]
    public async Task Following_the_links_gives_every_row_once_in_pages_no_larger_than_the_token_allows(string token, int top, int page)
    {
        var since = Day(host.Today.AddDays(-13));
        var expected = host.World.Sales.Count(sale => sale.CloseDate >= host.Today.AddDays(-13) && sale.CloseDate <= host.Today);
        List<string> keys = [];
        string? next = $"Property?$filter=CloseDate ge {since}&$top={top}&$count=true&$skiptoken=";
        while (next is not null)
        {
            var json = await host.SparkJsonAsync(next, token);
            Assert.Equal(expected, json.GetProperty("@odata.count").GetInt32());
            keys.AddRange(json.GetProperty("value").EnumerateArray().Select(Key));
            next = json.TryGetProperty("@odata.nextLink", out var link) ? link.GetString() : null;
            Assert.Equal(next is not null, keys.Count < expected);
            Assert.True(next is null || (next.StartsWith(host.Http.BaseAddress!.ToString(), StringComparison.Ordinal) && keys.Count % page == 0));
        }

        Assert.Equal(expected, keys.Distinct().Count());
        Assert.Equal(keys.Order(StringComparer.Ordinal), keys);
    }

    [Fact]
    public async Task The_default_page_has_ten_rows_and_skip_leaves_rows_out()
    {
        var first = await host.SparkJsonAsync("Property");
        Assert.Equal(10, first.GetProperty("value").GetArrayLength());
        var skipped = await host.SparkJsonAsync("Property?$skip=4&$top=3");
        Assert.Equal(
            first.GetProperty("value").EnumerateArray().Skip(4).Take(3).Select(Key),
            skipped.GetProperty("value").EnumerateArray().Select(Key));
        Assert.Equal(0, (await host.SparkJsonAsync("Property?$top=0")).GetProperty("value").GetArrayLength());
    }

    [Fact]
    public async Task Rows_have_the_requested_order_and_fields()
    {
        var json = await host.SparkJsonAsync("Property?$orderby=ClosePrice desc&$select=ListingKey,ClosePrice&$top=25");
        var rows = json.GetProperty("value").EnumerateArray().ToList();
        Assert.All(rows, row => Assert.Equal(["ListingKey", "ClosePrice"], row.EnumerateObject().Select(field => field.Name)));
        var prices = rows.Select(row => row.GetProperty("ClosePrice").GetDecimal()).ToList();
        Assert.Equal(prices.OrderDescending(), prices);
        var second = await host.SparkJsonAsync(json.GetProperty("@odata.nextLink").GetString()!);
        Assert.True(second.GetProperty("value")[0].GetProperty("ClosePrice").GetDecimal() <= prices[^1]);
        Assert.Empty(rows.Select(Key).Intersect(second.GetProperty("value").EnumerateArray().Select(Key)));
    }

    [Fact]
    public async Task A_row_contains_the_sale_of_the_file_and_is_readable_by_its_key()
    {
        var sale = host.World.Sales.First(sale => sale.CloseDate == host.Today);
        var row = await host.SparkJsonAsync($"Property('{sale.ListingKey}')");
        Assert.Equal(sale.ListingId, row.GetProperty("ListingId").GetString());
        Assert.EndsWith($"-{SalesSample.AsOf:yyyy-MM-dd}", sale.ListingId, StringComparison.Ordinal);
        Assert.Equal(Day(host.Today), row.GetProperty("CloseDate").GetString());
        Assert.Equal(sale.ClosePrice, row.GetProperty("ClosePrice").GetDecimal());
        Assert.Equal(sale.Home.Point.Latitude, row.GetProperty("Latitude").GetDouble());
        Assert.Equal(sale.Home.Point.Longitude, row.GetProperty("Longitude").GetDouble());
        Assert.True(row.GetProperty("ModificationTimestamp").GetDateTimeOffset() <= DateTimeOffset.UtcNow);
    }

    [Fact]
    public async Task Sales_whose_day_has_not_come_are_invisible_until_it_does()
    {
        var coming = host.World.Sales.Where(sale => sale.CloseDate == host.Today.AddDays(1)).ToList();
        Assert.NotEmpty(coming);
        Assert.Empty(await host.SparkRowsAsync($"CloseDate gt {Day(host.Today)}"));
        using var hidden = await host.SparkAsync($"Property('{coming[0].ListingKey}')");
        Assert.Equal(HttpStatusCode.NotFound, hidden.StatusCode);

        var clock = new MovedClock();
        await using var moved = await SimulatorHost.StartAsync(options => (options.SalesFile, options.SalesAsOf) = (SalesSample.Path, SalesSample.AsOf), clock);
        clock.Ahead = TimeSpan.FromDays(1);
        Assert.Equal(coming.Count, (await moved.SparkRowsAsync($"CloseDate ge {Day(moved.Today)}")).Count);
    }

    [Fact]
    public async Task A_sale_that_is_entered_later_is_found_and_one_entered_again_replaces_the_first()
    {
        var old = host.World.Sales.First(sale => sale.CloseDate == host.Today);
        var relisted = old with { ListingKey = "99990101000000000000000001", ListingId = "relisted" };
        var book = host.Service<SaleBook>();
        var before = (await host.SparkRowsAsync($"CloseDate ge {Day(host.Today)}")).Count;
        book.Add(relisted);
        book.Add(relisted with { ClosePrice = 123_456 });
        var rows = await host.SparkRowsAsync($"CloseDate ge {Day(host.Today)}");
        Assert.Equal(before + 1, rows.Count);
        Assert.Equal(123_456, rows.Single(row => Key(row) == relisted.ListingKey).GetProperty("ClosePrice").GetDecimal());
    }

    static WorldPoint[] Ring(WorldPoint centre, double miles, int corners)
    {
        var ring = Enumerable.Range(0, corners)
            .Select(corner => centre.Moved(
                miles * Math.Sin(2 * Math.PI * corner / corners) * (corner % 2 == 0 ? 1 : 0.6),
                miles * Math.Cos(2 * Math.PI * corner / corners) * (corner % 2 == 0 ? 1 : 0.6)))
            .ToList();
        return [.. ring, ring[0]];
    }

    /// <summary>Even-odd by a ray to the north: another way than the simulator's.</summary>
    static bool IsInside(WorldPoint[] ring, WorldPoint point)
    {
        var inside = false;
        for (var index = 0; index + 1 < ring.Length; index++)
        {
            var (one, other) = (ring[index], ring[index + 1]);
            if (one.Longitude > point.Longitude == other.Longitude > point.Longitude)
            {
                continue;
            }

            var part = (point.Longitude - one.Longitude) / (other.Longitude - one.Longitude);
            inside ^= one.Latitude + part * (other.Latitude - one.Latitude) > point.Latitude;
        }

        return inside;
    }

    static string Text(WorldPoint[] ring) => string.Join(", ", ring.Select(point =>
        string.Create(CultureInfo.InvariantCulture, $"{point.Longitude:F6} {point.Latitude:F6}")));

    static string Key(JsonElement row) => row.GetProperty("ListingKey").GetString()!;

    static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
