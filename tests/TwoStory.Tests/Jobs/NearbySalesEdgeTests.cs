using TwoStory.Core.Jobs;
using TwoStory.Core.Providers;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Jobs;

public sealed class NearbySalesEdgeTests(EmptyTown town) : IClassFixture<EmptyTown>
{
    readonly TestHost host = town.Host;

    [Fact]
    public async Task Leads_without_a_precise_location_or_with_alerts_off_get_no_alerts()
    {
        var organization = await host.AddOrganizationAsync();
        var spot = town.NewSpot();
        var sale = town.Sell(spot);
        town.Sell(new GeoPoint(0, 0));
        var watched = new TestLead(spot);
        await host.AddLeadsAsync(organization,
        [
            watched, new(null), new(new GeoPoint(0, 0)), new(spot) { Precision = "area" }, new(spot) { Precision = "none" }, new(spot) { NotifyNearbySales = false },
            new TestLead(null) { Precision = "rooftop" },
        ]);

        var report = await host.RunNearbySalesAsync(organization);

        Assert.Equal((JobState.Completed, 1), (report.State, report.Counts.Leads));
        Assert.Equal([(watched.Id, sale.ListingId)], await host.NotifiedAsync(organization));
        Assert.Equal([(watched.Id, sale.ListingId, "sold_nearby")], await host.RecordedAsync(organization));
    }

    [Theory]
    [InlineData("rooftop")]
    [InlineData("street")]
    [InlineData("manual")]
    public async Task Every_precise_location_is_monitored(string precision)
    {
        var organization = await host.AddOrganizationAsync();
        var spot = town.NewSpot();
        town.Sell(spot);
        await host.AddLeadsAsync(organization, [new(spot) { Precision = precision }]);

        Assert.Equal(1, (await host.RunNearbySalesAsync(organization)).Counts.Alerts);
    }

    [Fact]
    public async Task The_window_begins_seven_days_ago_and_ends_today()
    {
        var organization = await host.AddOrganizationAsync();
        var spot = town.NewSpot();
        var lead = new TestLead(spot);
        var (today, first) = (town.Sell(spot, daysAgo: 0), town.Sell(spot, daysAgo: 7));
        town.Sell(spot, daysAgo: 8);
        town.Sell(spot, daysAgo: -1);
        await host.AddLeadsAsync(organization, [lead]);

        await host.RunNearbySalesAsync(organization);

        Assert.Equal(new[] { today.ListingId, first.ListingId }.Order(), (await host.NotifiedAsync(organization)).Select(notified => notified.ListingId).Order());
        Assert.Equal(2, (await host.RecordedAsync(organization)).Count);
    }

    [Fact]
    public async Task The_lead_s_own_home_is_reported_once()
    {
        var organization = await host.AddOrganizationAsync();
        var spot = town.NewSpot();
        var lead = new TestLead(spot) { RadiusMiles = 0.01 };
        var own = town.Sell(spot);
        await host.AddLeadsAsync(organization, [lead]);

        await host.RunNearbySalesAsync(organization);
        await host.RunNearbySalesAsync(organization);

        Assert.Equal([(lead.Id, own.ListingId)], await host.NotifiedAsync(organization));
    }

    [Fact]
    public async Task Sales_before_the_lead_s_alerts_begin_are_recorded_silently()
    {
        var organization = await host.AddOrganizationAsync();
        var spot = town.NewSpot();
        var sale = town.Sell(spot, daysAgo: 3);
        var (before, on, after) = (
            new TestLead(spot) { AlertsSince = sale.CloseDate.AddDays(-1) }, new TestLead(spot) { AlertsSince = sale.CloseDate },
            new TestLead(spot) { AlertsSince = sale.CloseDate.AddDays(1) });
        await host.AddLeadsAsync(organization, [before, on, after]);

        await host.RunNearbySalesAsync(organization);
        await host.RunNearbySalesAsync(organization);

        Assert.Equal(new[] { before.Id, on.Id }.Order(), (await host.NotifiedAsync(organization)).Select(notified => notified.Lead).Order());
        Assert.Equal(
            new[] { (before.Id, "sold_nearby"), (on.Id, "sold_nearby"), (after.Id, "before_alerts_since") }.Order(),
            (await host.RecordedAsync(organization)).Select(row => (row.Lead, row.Decision!)).Order());
    }

    [Fact]
    public async Task The_radius_is_exact_to_a_hair()
    {
        var organization = await host.AddOrganizationAsync();
        var spot = town.NewSpot();
        var sale = town.Sell(new(Math.Round(spot.North(1.3).Latitude, 6), spot.Longitude + 0.0123));
        var miles = spot.DistanceMilesTo(new(sale.Home.Point.Latitude, sale.Home.Point.Longitude));
        var (inside, outside) = (
            new TestLead(spot) { RadiusMiles = Math.Ceiling(miles * 1e7) / 1e7 }, new TestLead(spot) { RadiusMiles = Math.Floor(miles * 1e7) / 1e7 });
        await host.AddLeadsAsync(organization, [inside, outside]);

        await host.RunNearbySalesAsync(organization);

        Assert.Equal([(inside.Id, sale.ListingId)], await host.NotifiedAsync(organization));
        Assert.Single(await host.RecordedAsync(organization));
    }

    [Fact]
    public async Task A_lead_without_a_radius_has_the_organization_s()
    {
        var organization = await host.AddOrganizationAsync();
        await host.Database.ExecuteAsync("update organizations set radius_miles = 2 where id = @Id", new { organization.Id }, default);
        var spot = town.NewSpot();
        var (near, far) = (town.Sell(spot.North(1.9)), town.Sell(spot.North(2.1)));
        var (usual, wide) = (new TestLead(spot), new TestLead(spot) { RadiusMiles = 3 });
        await host.AddLeadsAsync(organization, [usual, wide]);

        await host.RunNearbySalesAsync(organization);

        Assert.Equal(
            new[] { (usual.Id, near.ListingId), (wide.Id, near.ListingId), (wide.Id, far.ListingId) }.Order(), (await host.NotifiedAsync(organization)).Order());
    }

    [Fact]
    public async Task Rows_with_missing_or_absurd_values_are_never_reported()
    {
        var organization = await host.AddOrganizationAsync("sim-idx-odd");
        var (spot, quiet) = (town.NewSpot(), town.NewSpot());
        var sale = town.Sell(spot, daysAgo: 0);
        var (lead, lonely) = (new TestLead(spot), new TestLead(quiet));
        await host.AddLeadsAsync(organization, [lead, lonely]);
        await host.FaultAsync(new { provider = "spark", fault = "nullValues", credential = "sim-idx-odd" });

        var report = await host.RunNearbySalesAsync(organization);

        Assert.Equal(JobState.Completed, report.State);
        Assert.Equal([(lead.Id, sale.ListingId)], await host.NotifiedAsync(organization));
        Assert.Equal(1, report.Counts.Alerts);
    }
}
