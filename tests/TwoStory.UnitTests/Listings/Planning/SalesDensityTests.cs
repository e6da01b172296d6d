using TwoStory.Core.NearbySales.Planning;
using TwoStory.Core.Providers;

namespace TwoStory.Tests.Listings.Planning;

public sealed class SalesDensityTests
{
    static readonly GeoPoint Home = new(47.6, -122.3);

    // About ten by ten miles.
    static readonly AreaPolygon Square = new([-122.4, 47.53, -122.2, 47.53, -122.2, 47.67, -122.4, 47.67, -122.4, 47.53]);

    [Fact]
    public void The_counts_of_a_run_are_the_expectation_of_the_next()
    {
        var learned = SalesDensity.Update(SalesDensity.Unknown, [Square], Grid(30));
        var expected = AreaPlanner.Plan([new(Home, 1)], new(), learned).Single().ExpectedSales;
        var counted = Grid(30).Count(sale => sale.DistanceMilesTo(Home) <= 1);
        Assert.InRange(expected, counted * 0.75, counted * 1.25);
    }

    [Fact]
    public void An_area_without_sales_is_expected_to_stay_empty_with_growing_confidence()
    {
        var density = SalesDensity.Unknown;
        var last = double.PositiveInfinity;
        for (var run = 0; run < 5; run++)
        {
            density = SalesDensity.Update(density, [Square], []);
            var expected = AreaPlanner.Plan([new(Home, 1)], new(), density).Single().ExpectedSales;
            Assert.True(expected < last);
            last = expected;
        }
        Assert.InRange(last, 0, 0.3);
    }

    [Fact]
    public void Sales_outside_the_requested_areas_change_nothing()
    {
        var requested = SalesDensity.Update(SalesDensity.Unknown, [Square], []);
        var strays = SalesDensity.Update(SalesDensity.Unknown, [Square], [new(0, 0), new(double.NaN, 0), new(40, -100)]);
        Assert.Equal(requested.ToJson(), strays.ToJson());
    }

    [Fact]
    public void The_stored_text_gives_the_same_plan_and_a_broken_one_is_a_first_run()
    {
        var learned = SalesDensity.Update(SalesDensity.Unknown, [Square], Grid(20));
        Assert.Equal(learned.ToJson(), SalesDensity.FromJson(learned.ToJson()).ToJson());
        Assert.InRange(learned.ToJson().Length, 10, 2_000);
        foreach (var broken in new[] { null, "", "{}", "[", "null", """{"Prior":-1,"Cells":[]}""", """{"Prior":1,"Cells":[[1,2]]}""", """{"Prior":1,"Cells":[[1,2,3,4],[1,2,3,4]]}""" })
        {
            Assert.Same(SalesDensity.Unknown, SalesDensity.FromJson(broken));
        }
    }

    static List<GeoPoint> Grid(int perSide) =>
        [.. from x in Enumerable.Range(0, perSide)
            from y in Enumerable.Range(0, perSide)
            select new GeoPoint(47.53 + (0.14 * (x + 0.5) / perSide), -122.4 + (0.2 * (y + 0.5) / perSide))];
}
