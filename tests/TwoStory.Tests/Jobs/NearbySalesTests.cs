using TwoStory.Core.Jobs;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Jobs;

public sealed class NearbySalesTests
{
    [Fact]
    public async Task A_thousand_leads_with_different_radii_get_exactly_the_sales_that_brute_force_finds()
    {
        await using var host = await KingCounty.StartAsync();
        var organization = await host.AddOrganizationAsync(agents: 3);
        var leads = KingCounty.Leads(1_000, seed: 1, random => random.Next(4) switch { 0 => null, 1 => 0.25, 2 => Math.Round(0.5 + random.NextDouble(), 3), _ => 2.5 });
        await host.AddLeadsAsync(organization, leads);

        var report = await host.RunNearbySalesAsync(organization);

        var notified = await host.NotifiedAsync(organization);
        var expected = KingCounty.BruteForce(leads);
        Assert.Equal(JobState.Completed, report.State);
        Assert.Equal(notified.Count, notified.Distinct().Count());
        Assert.Equal(expected.Order(), notified.Order());
        Assert.True(expected.Count > 1_000);
        Assert.Equal((notified.Count, 1_000), (report.Counts.Alerts, report.Counts.Leads));
    }
}
