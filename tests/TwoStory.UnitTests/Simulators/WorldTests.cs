using TwoStory.Simulators.World;

namespace TwoStory.Tests.Simulators;

public sealed class WorldTests
{
    static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("America/Los_Angeles");
    static readonly DateOnly Today = new(2026, 11, 22);
    static readonly SimulatedWorld World = SimulatedWorld.Build(20, Today, Zone);

    [Fact]
    public void The_demo_homes_lie_in_at_least_two_cities_within_a_mile_and_a_quarter_of_their_neighbourhood()
    {
        Assert.True(Neighbourhoods.All.Count >= 8);
        Assert.True(Neighbourhoods.All.Select(place => place.City).Distinct().Count() >= 2);
        foreach (var place in Neighbourhoods.All)
        {
            var homes = World.Homes.Where(home => home.Neighbourhood == place.Name).ToList();
            Assert.InRange(homes.Count, 380, 420);
            Assert.All(homes, home => Assert.InRange(home.Point.MilesTo(place.Centre), 0, 1.25));
        }
    }

    [Fact]
    public void No_two_homes_share_an_address()
    {
        var addresses = World.AllHomes.Select(home => $"{home.Address.Street}, {home.Address.City}, {home.Address.State}").ToList();
        Assert.Equal(addresses.Count, addresses.Distinct().Count());
    }

    [Fact]
    public void Every_full_week_brings_each_neighbourhood_15_to_25_sales()
    {
        for (var back = 14; back < 400; back += 7)
        {
            var week = Today.AddDays(-back).DayNumber / 7;
            var counts = World.Sales.Where(sale => sale.CloseDate.DayNumber / 7 == week).CountBy(sale => sale.Home.Neighbourhood).ToList();
            Assert.Equal(Neighbourhoods.All.Count, counts.Count);
            Assert.All(counts, count => Assert.InRange(count.Value, 15, 25));
        }
    }

    [Fact]
    public void Listing_keys_have_26_digits_and_no_key_or_id_occurs_twice()
    {
        Assert.All(World.Sales, sale => Assert.Matches("^[0-9]{26}$", sale.ListingKey));
        Assert.Equal(World.Sales.Count, World.Sales.DistinctBy(sale => sale.ListingKey).Count());
        Assert.Equal(World.Sales.Count, World.Sales.DistinctBy(sale => sale.ListingId).Count());
    }

    [Fact]
    public void No_home_is_sold_twice_within_400_days() =>
        Assert.All(World.Sales.GroupBy(sale => sale.Home.Address.OneLine), sales =>
        {
            var days = sales.Select(sale => sale.CloseDate.DayNumber).Order().ToList();
            Assert.All(days.Zip(days.Skip(1)), pair => Assert.True(pair.Second - pair.First > 380));
        });

    [Fact]
    public void The_world_of_tomorrow_has_the_same_past()
    {
        var tomorrow = SimulatedWorld.Build(20, Today.AddDays(1), Zone);
        var since = Today.AddDays(-300);
        Assert.Equal(
            World.Sales.Where(sale => sale.CloseDate > since && sale.CloseDate <= Today).OrderBy(sale => sale.ListingKey),
            tomorrow.Sales.Where(sale => sale.CloseDate > since && sale.CloseDate <= Today).OrderBy(sale => sale.ListingKey));
        Assert.Equal(World.Homes, tomorrow.Homes);
    }

    [Fact]
    public void Another_seed_gives_another_world() =>
        Assert.NotEqual(World.Homes[0], SimulatedWorld.Build(21, Today, Zone).Homes[0]);
}
