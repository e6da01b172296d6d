using TwoStory.Core.NearbySales;
using TwoStory.Core.NearbySales.Planning;
using TwoStory.Core.Providers;
using TwoStory.Tests.Data;

namespace TwoStory.Tests.Listings.Planning;

/// <summary>The requests that plans cost on a week of sales, against the pages that contain the sales within any radius.</summary>
public sealed class RequestBoundTests
{
    static readonly GeoPoint[] Week = [.. ClosedSales.Between(new(2015, 2, 13), new(2015, 2, 20)).Select(sale => sale.Point)];

    static readonly double[] Mixed = [0.25, 0.5, 1, 2, 3];

    [Theory]
    [InlineData(10, 0.5, 20)]
    [InlineData(10, 1, 20)]
    [InlineData(10, 2, 20)]
    [InlineData(10, 3, 20)]
    [InlineData(10, 0, 20)]
    [InlineData(100, 1, 20)]
    [InlineData(100, 2, 10)]
    [InlineData(100, 3, 10)]
    [InlineData(100, 0, 10)]
    [InlineData(1_000, 0.5, 3)]
    [InlineData(1_000, 1, 6)]
    [InlineData(1_000, 2, 3)]
    [InlineData(1_000, 3, 3)]
    [InlineData(1_000, 0, 3)]
    [InlineData(5_000, 0.5, 1)]
    [InlineData(5_000, 1, 2)]
    [InlineData(5_000, 2, 1)]
    [InlineData(5_000, 3, 1)]
    [InlineData(5_000, 0, 1)]
    [InlineData(10_000, 1, 1)]
    [InlineData(100_000, 1, 1)]
    public void A_first_run_stays_within_the_bound(int leads, double radius, int seeds)
    {
        for (var seed = 0; seed < seeds; seed++)
        {
            Assert.Equal(0, Measure(Homes(leads, radius, seed), 25));
        }
        Assert.Equal(0, Measure(Homes(leads, radius, 1), 1000));
    }

    /// <summary>Scattered half-mile circles are the hardest: a hundred of them contain about three pages of sales in seventy separate areas.</summary>
    [Fact]
    public void A_hundred_half_mile_circles_seldom_pass_the_bound_and_never_by_more_than_one()
    {
        var over = Enumerable.Range(0, 30).Select(seed => Measure(Homes(100, 0.5, seed), 25)).ToList();
        Assert.All(over, requests => Assert.InRange(requests, 0, 1));
        Assert.InRange(over.Sum(), 0, 5);
        Assert.All(Enumerable.Range(0, 6), seed => Assert.Equal(0, Measure(Homes(100, 0.5, seed), 1000)));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(400)]
    public void A_run_that_has_learned_from_others_stays_within_the_bound(int leads)
    {
        for (var seed = 0; seed < 5; seed++)
        {
            var homes = Homes(leads, 1, seed);
            var density = SalesDensity.Unknown;
            for (var day = 5; day > 0; day--)
            {
                var areas = AreaPlanner.Plan(homes, new(), density).SelectMany(query => query.Areas).ToList();
                var today = new DateOnly(2015, 2, 20).AddDays(-day);
                var found = ClosedSales.Between(today.AddDays(-7), today).Select(sale => sale.Point).Where(point => areas.Exists(area => area.Contains(point)));
                density = SalesDensity.FromJson(SalesDensity.Update(density, areas, found).ToJson());
            }
            Assert.Equal(0, Measure(homes, 25, density));
        }
    }

    [Fact]
    public void Leads_of_several_cities_in_one_plan_stay_within_the_bound()
    {
        for (var seed = 0; seed < 8; seed++)
        {
            // The county again, moved to other locations: cities far apart, each with its own leads and sales.
            (double North, double East)[] cities = [(0, 0), (-9.9, 4.1), (-14.2, 35)];
            GeoPoint Moved(GeoPoint point, int city) => new(point.Latitude + cities[city].North, point.Longitude + cities[city].East);
            LeadArea[] leads = [.. Homes(60 + (30 * seed), 1, seed).Select((lead, at) => lead with { Centre = Moved(lead.Centre, at % 3) })];
            GeoPoint[] sales = [.. Enumerable.Range(0, 3).SelectMany(city => Week.Select(point => Moved(point, city)))];
            Assert.Equal(0, Measure(leads, 25, sales: sales));
        }
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.05)]
    public void Leads_of_a_few_neighbourhoods_stay_within_the_bound(double spread)
    {
        for (var seed = 0; seed < 10; seed++)
        {
            var random = new Random(seed);
            var hearts = Homes(4, 1, seed);
            Assert.Equal(0, Measure([.. Enumerable.Range(0, 500).Select(at => hearts[at % 4]).Select(heart => heart with
            {
                Centre = new(heart.Centre.Latitude + (spread * (random.NextDouble() - 0.5)), heart.Centre.Longitude + (spread * (random.NextDouble() - 0.5))),
            })], 25));
        }
    }

    static LeadArea[] Homes(int count, double radius, int seed)
    {
        var random = new Random((seed * 7919) + count);
        return [.. Enumerable.Range(0, count).Select(_ => new LeadArea(
            ClosedSales.All[random.Next(ClosedSales.All.Count)].Point, radius > 0 ? radius : Mixed[random.Next(Mixed.Length)]))];
    }

    /// <summary>By how many requests a plan passes 1.3 times the floor plus one; fails when it misses a sale.</summary>
    static int Measure(LeadArea[] leads, int pageSize, SalesDensity? density = null, GeoPoint[]? sales = null)
    {
        sales ??= Week;
        var plan = AreaPlanner.Plan(leads, new() { PageSize = pageSize }, density ?? SalesDensity.Unknown);
        var answers = plan.Select(query => Enumerable.Range(0, sales.Length).Where(sale => query.Areas.Any(area => area.Contains(sales[sale]))).ToList()).ToList();
        var wanted = SaleMatcher.Match(leads, sales).Select(match => match.Listing).ToHashSet();
        Assert.Superset(wanted, answers.SelectMany(answer => answer).ToHashSet());
        var floor = Pages(wanted.Count, pageSize);
        var requests = answers.Sum(answer => Math.Max(1, Pages(answer.Count, pageSize)));
        return Math.Max(0, requests - (int)Math.Floor((1.3 * floor) + 1 + 1e-9));
    }

    static int Pages(int rows, int pageSize) => (rows + pageSize - 1) / pageSize;
}
