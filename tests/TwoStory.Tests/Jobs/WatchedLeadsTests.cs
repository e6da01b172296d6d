using TwoStory.Core.NearbySales;
using TwoStory.Core.NearbySales.Planning;
using TwoStory.Core.Providers;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Jobs;

public sealed class WatchedLeadsTests(EmptyTown town) : IClassFixture<EmptyTown>
{
    const double DefaultRadius = 2;

    readonly TestHost host = town.Host;

    [Theory]
    [InlineData(47.6, -122.3)]
    [InlineData(71.3, -156.8)]
    [InlineData(52.0, 179.99)]
    [InlineData(52.0, -179.99)]
    [InlineData(89.95, 20)]
    public async Task The_leads_read_for_a_batch_include_all_leads_whose_circles_contain_a_sale(double latitude, double longitude)
    {
        var random = new Random(7);
        GeoPoint Near(double miles)
        {
            var point = new GeoCircle(new GeoPoint(latitude, longitude), miles).At(random.NextDouble() * Math.Tau, random.NextDouble() * miles);
            return point with { Longitude = Math.IEEERemainder(point.Longitude, 360) };
        }
        // All on one side of the date line, so that the box around them does not span the Earth.
        var sales = Enumerable.Range(0, 60).Select(_ => Near(5)).Where(sale => Math.Sign(sale.Longitude) == Math.Sign(longitude)).ToList();
        var leads = Enumerable.Range(0, 400).Select(number => new TestLead(Near(12)) { RadiusMiles = number % 2 == 0 ? null : number % 7 }).ToList();
        leads.Add(new TestLead(new GeoPoint(latitude - 5, longitude)));
        var organization = await host.AddOrganizationAsync();
        await host.AddLeadsAsync(organization, [.. leads.Where(lead => lead.RadiusMiles is not 0)]);
        var tenant = host.Database.Tenant(organization.Id);

        var all = await WatchedLeads.AllAsync(tenant, default);
        var read = (await WatchedLeads.NearAsync(tenant, sales, DefaultRadius, default)).Select(lead => lead.Id).ToHashSet();

        var areas = all.Select(lead => new LeadArea(lead.Point, lead.RadiusMiles ?? DefaultRadius)).ToList();
        var matched = SaleMatcher.Match(areas, sales).Select(pair => all[pair.Lead].Id).ToHashSet();
        Assert.True(matched.Count >= 20, $"Only {matched.Count} leads have a sale.");
        Assert.Subset(read, matched);
        Assert.True(read.Count < all.Count, "The leads far from all sales were read.");
    }
}
