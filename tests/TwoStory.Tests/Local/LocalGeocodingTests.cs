using TwoStory.Simulators.World;
using TwoStory.Tests.Api;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Local;

public sealed class LocalGeocodingTests
{
    [Fact]
    public async Task The_one_machine_host_finds_homes_with_the_Census_geocoder()
    {
        await using var host = await TestHost.StartAsync(settings: new Dictionary<string, string?> { ["Upstreams:Geocoding:Providers"] = "census" });
        var owner = await HostClient.RegisterAsync(host);
        var home = host.Get<SimulatedWorld>().Homes[0];

        var lead = await owner.PostAsync("leads", new { name = "Ann", address = home.Parts() });

        Assert.Equal((201, "street"), (lead.Status, lead.Text("locationPrecision")));
    }
}
