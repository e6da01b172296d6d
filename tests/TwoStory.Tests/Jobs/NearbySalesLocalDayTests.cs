using TwoStory.Core.Jobs;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Jobs;

public sealed class NearbySalesLocalDayTests(EmptyTown town) : IClassFixture<EmptyTown>
{
    [Fact]
    public async Task A_sale_dated_tomorrow_by_the_organization_s_own_clock_waits_until_that_day()
    {
        // One o'clock at night where the MLS is; in Honolulu it is still the day before.
        town.Clock.Ahead -= TimeSpan.FromHours(11);
        var organization = await town.Host.AddOrganizationAsync(timeZone: "Pacific/Honolulu");
        var spot = town.NewSpot();
        var sale = town.Sell(spot, daysAgo: 0);
        await town.Host.AddLeadsAsync(organization, [new(spot)]);

        var early = await town.Host.RunNearbySalesAsync(organization);
        town.Clock.Ahead += TimeSpan.FromHours(11);
        var later = await town.Host.RunNearbySalesAsync(organization);

        Assert.Equal((JobState.Completed, 1, 0), (early.State, early.Counts.Sales, early.Counts.Alerts));
        Assert.Equal(1, later.Counts.Alerts);
        Assert.Equal(sale.ListingId, Assert.Single(await town.Host.NotifiedAsync(organization)).ListingId);
    }

    [Fact]
    public async Task The_window_s_first_day_is_the_organization_s_own()
    {
        var organization = await town.Host.AddOrganizationAsync(timeZone: "Pacific/Kiritimati");
        var spot = town.NewSpot();
        var (seven, six) = (town.Sell(spot, daysAgo: 7), town.Sell(spot, daysAgo: 6));
        await town.Host.AddLeadsAsync(organization, [new(spot)]);

        await town.Host.RunNearbySalesAsync(organization);

        Assert.Equal(six.ListingId, Assert.Single(await town.Host.NotifiedAsync(organization)).ListingId);
        Assert.NotEqual(seven.ListingId, six.ListingId);
    }
}
