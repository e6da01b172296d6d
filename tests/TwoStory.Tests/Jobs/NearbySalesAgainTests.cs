using TwoStory.Core.Jobs;
using TwoStory.Core.Providers;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Jobs;

public sealed class NearbySalesAgainTests(EmptyTown town) : IClassFixture<EmptyTown>
{
    readonly TestHost host = town.Host;

    [Fact]
    public async Task Running_again_leaves_the_same_rows_and_sends_nothing_more()
    {
        var (organization, spot) = await OneLeadAsync();
        town.Sell(spot);
        town.Sell(spot.North(0.5));

        var first = await host.RunNearbySalesAsync(organization);
        var (rows, notified) = (await host.RecordedAsync(organization), await host.NotifiedAsync(organization));
        var second = await host.RunNearbySalesAsync(organization);

        Assert.Equal((2, 1), (first.Counts.Alerts, first.Counts.Emails));
        Assert.Equal((JobState.Completed, 0, 0), (second.State, second.Counts.Alerts, second.Counts.Emails));
        Assert.Equal(rows, await host.RecordedAsync(organization));
        Assert.Equal(notified, await host.NotifiedAsync(organization));
        Assert.Single(await host.MailSentAsync(organization));
    }

    [Fact]
    public async Task A_deleted_notification_does_not_come_back()
    {
        var (organization, spot) = await OneLeadAsync();
        town.Sell(spot);
        await host.RunNearbySalesAsync(organization);
        await host.Database.ExecuteAsync("delete from notifications where organization_id = @Id", new { organization.Id }, default);

        await host.RunNearbySalesAsync(organization);

        Assert.Empty(await host.NotifiedAsync(organization));
    }

    [Fact]
    public async Task A_sale_listed_again_under_another_key_is_one_sale()
    {
        var (organization, spot) = await OneLeadAsync();
        var sale = town.Sell(spot);
        await host.RunNearbySalesAsync(organization);
        town.Enter(sale with { ListingKey = new string('8', 26), ListingId = "again" });

        var second = await host.RunNearbySalesAsync(organization);

        Assert.Equal((JobState.Completed, 0), (second.State, second.Counts.Alerts));
        Assert.Equal(sale.ListingId, Assert.Single(await host.RecordedAsync(organization)).ListingId);
        Assert.Single(await host.NotifiedAsync(organization));
    }

    [Fact]
    public async Task A_sale_listed_twice_in_one_answer_is_one_sale()
    {
        var (organization, spot) = await OneLeadAsync();
        var sale = town.Sell(spot);
        town.Enter(sale with { ListingKey = new string('6', 26), ListingId = "twin" });

        await host.RunNearbySalesAsync(organization);

        Assert.Single(await host.RecordedAsync(organization));
        Assert.Single(await host.NotifiedAsync(organization));
    }

    [Fact]
    public async Task The_same_home_sold_on_another_day_is_another_sale()
    {
        var (organization, spot) = await OneLeadAsync();
        town.Sell(spot, daysAgo: 6, street: "Twice");
        town.Sell(spot, daysAgo: 1, street: "Twice");

        await host.RunNearbySalesAsync(organization);

        Assert.Equal(2, (await host.NotifiedAsync(organization)).Count);
    }

    [Fact]
    public async Task A_price_corrected_under_the_same_key_is_corrected_silently()
    {
        var (organization, spot) = await OneLeadAsync();
        var sale = town.Sell(spot, price: 500_000);
        await host.RunNearbySalesAsync(organization);
        town.Enter(sale with { ClosePrice = 510_000 });

        var second = await host.RunNearbySalesAsync(organization);

        Assert.Equal(0, second.Counts.Alerts);
        Assert.Equal(510_000, Assert.Single(await host.QueryAsync<decimal>("select close_price from nearby_sales where organization_id = @Id", new { organization.Id })));
        Assert.Single(await host.NotifiedAsync(organization));
        Assert.Single(await host.MailSentAsync(organization));
    }

    [Fact]
    public async Task A_double_listing_that_is_corrected_stays_one_sale_and_the_run_completes()
    {
        var (organization, spot) = await OneLeadAsync();
        var sale = town.Sell(spot, price: 500_000);
        var twin = sale with { ListingKey = new string('5', 26), ListingId = "corrected-twin" };
        town.Enter(twin);
        await host.RunNearbySalesAsync(organization);
        town.Enter(sale with { ClosePrice = 510_000 });
        town.Enter(twin with { ClosePrice = 510_000 });
        town.Sell(spot.North(0.2));

        var second = await host.RunNearbySalesAsync(organization);

        Assert.Equal((JobState.Completed, 1), (second.State, second.Counts.Alerts));
        Assert.Equal(
            [500_000, 510_000],
            (await host.QueryAsync<decimal>("select close_price from nearby_sales where organization_id = @Id", new { organization.Id })).Order());
    }

    [Fact]
    public async Task A_date_corrected_into_the_lead_s_time_is_decided_again()
    {
        var organization = await host.AddOrganizationAsync();
        var spot = town.NewSpot();
        var sale = town.Sell(spot, daysAgo: 5);
        await host.AddLeadsAsync(organization, [new(spot) { AlertsSince = sale.CloseDate.AddDays(2) }]);
        await host.RunNearbySalesAsync(organization);
        town.Enter(sale with { CloseDate = sale.CloseDate.AddDays(3) });

        Assert.Equal(1, (await host.RunNearbySalesAsync(organization)).Counts.Alerts);
        Assert.Equal(0, (await host.RunNearbySalesAsync(organization)).Counts.Alerts);
    }

    [Fact]
    public async Task Sales_are_decided_again_when_the_lead_s_alerts_begin_earlier()
    {
        var organization = await host.AddOrganizationAsync();
        var spot = town.NewSpot();
        var sale = town.Sell(spot, daysAgo: 5);
        await host.AddLeadsAsync(organization, [new(spot) { AlertsSince = sale.CloseDate.AddDays(2) }]);
        await host.RunNearbySalesAsync(organization);
        await host.Database.ExecuteAsync(
            "update leads set alerts_since = @CloseDate where organization_id = @Id", new { sale.CloseDate, organization.Id }, default);

        Assert.Equal(1, (await host.RunNearbySalesAsync(organization)).Counts.Alerts);
        Assert.Equal(0, (await host.RunNearbySalesAsync(organization)).Counts.Alerts);
    }

    [Fact]
    public async Task A_late_sale_is_reported_once_within_45_days()
    {
        var (organization, spot) = await OneLeadAsync();
        await host.RunNearbySalesAsync(organization);
        var late = town.Sell(spot, daysAgo: 20, modified: DateTimeOffset.UtcNow);
        var last = town.Sell(spot, daysAgo: 45, modified: DateTimeOffset.UtcNow);
        town.Sell(spot, daysAgo: 46, modified: DateTimeOffset.UtcNow);
        town.Sell(spot, daysAgo: 20, modified: DateTimeOffset.UtcNow.AddMinutes(-30));
        // Reads come from caches up to twenty minutes old, so modifications shortly before the last run count as new.
        var overlap = town.Sell(spot, daysAgo: 19, modified: DateTimeOffset.UtcNow.AddMinutes(-10));

        var second = await host.RunNearbySalesAsync(organization);
        var third = await host.RunNearbySalesAsync(organization);

        Assert.Equal((3, 0), (second.Counts.Alerts, third.Counts.Alerts));
        Assert.Equal(
            new[] { late.ListingId, last.ListingId, overlap.ListingId }.Order(), (await host.NotifiedAsync(organization)).Select(notified => notified.ListingId).Order());
    }

    [Fact]
    public async Task A_first_run_reports_no_late_sales()
    {
        var (organization, spot) = await OneLeadAsync();
        town.Sell(spot, daysAgo: 20, modified: DateTimeOffset.UtcNow);

        Assert.Equal(0, (await host.RunNearbySalesAsync(organization)).Counts.Sales);
    }

    async Task<(TestOrganization Organization, GeoPoint Spot)> OneLeadAsync()
    {
        var organization = await host.AddOrganizationAsync();
        var spot = town.NewSpot();
        await host.AddLeadsAsync(organization, [new(spot)]);
        return (organization, spot);
    }
}
