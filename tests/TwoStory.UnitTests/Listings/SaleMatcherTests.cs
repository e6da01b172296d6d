using TwoStory.Core.NearbySales;
using TwoStory.Core.NearbySales.Planning;
using TwoStory.Core.Providers;

namespace TwoStory.Tests.Listings;

public sealed class SaleMatcherTests
{
    [Theory]
    [InlineData(47.5, -122.2, 0.3, 1.5)]
    [InlineData(89.9, 0, 0.1, 30)]
    [InlineData(-16.5, 180, 1.5, 40)]
    [InlineData(40, -100, 5, 0.05)]
    public void The_pairs_are_those_that_measuring_each_against_each_gives(double latitude, double longitude, double spread, double radius)
    {
        var random = new Random(3);
        GeoPoint Somewhere() => new(
            Math.Clamp(latitude + (spread * ((2 * random.NextDouble()) - 1)), -90, 90),
            longitude + (spread * ((2 * random.NextDouble()) - 1)) is var east && east > 180 ? east - 360 : east);
        var leads = Enumerable.Range(0, 300).Select(_ => new LeadArea(Somewhere(), radius * random.NextDouble())).ToList();
        var sales = Enumerable.Range(0, 300).Select(_ => Somewhere()).ToList();
        // Homes of leads that were sold themselves.
        sales.AddRange(leads.Take(20).Select(lead => lead.Centre));

        var found = SaleMatcher.Match(leads, sales).Select(match => (match.Lead, match.Listing)).ToList();

        var expected = from lead in Enumerable.Range(0, leads.Count)
                       from sale in Enumerable.Range(0, sales.Count)
                       where leads[lead].Centre.DistanceMilesTo(sales[sale]) <= leads[lead].RadiusMiles
                       select (lead, sale);
        Assert.Equal(expected.Order(), found.Order());
        Assert.Equal(found.Count, found.Distinct().Count());
    }

    [Fact]
    public void The_radius_itself_is_inside_and_a_lead_without_a_location_never_matches()
    {
        var home = new GeoPoint(47.6, -122.3);
        var sale = new GeoPoint(47.61, -122.31);
        var miles = home.DistanceMilesTo(sale);

        Assert.Single(SaleMatcher.Match([new(home, miles)], [sale]));
        Assert.Empty(SaleMatcher.Match([new(home, Math.BitDecrement(miles))], [sale]));
        Assert.Empty(SaleMatcher.Match([new(new(0, 0), 50), new(new(double.NaN, 1), 50)], [new(0, 0), new(0.01, 0.01), new(double.NaN, 1)]));
    }
}
