using TwoStory.Simulators.World;

namespace TwoStory.Tests.Api;

/// <summary>Two brokerages with the same home: neither decides what the other's geocoding answers, nor sees that the other has the home.</summary>
public sealed class GeocodingAttackTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task A_wrong_state_sent_first_does_not_hide_the_home_of_another_brokerage()
    {
        var (attacker, victim) = (await host.RegisterOwnerAsync(), await host.RegisterOwnerAsync());
        var home = (await Providers.Running).Homes[40];

        var wrong = await attacker.PostAsync("leads", new { name = "Nobody", address = InAlaska(home) });
        var right = await victim.PostAsync("leads", new { name = "Ann", address = home.Parts() });

        Assert.Equal((201, "none"), (wrong.Status, wrong.Text("locationPrecision")));
        Assert.Equal((201, "rooftop"), (right.Status, right.Text("locationPrecision")));
    }

    [Fact]
    public async Task Neither_the_answer_nor_the_usage_report_reveals_the_home_of_another_brokerage()
    {
        var (other, curious) = (await host.RegisterOwnerAsync(), await host.RegisterOwnerAsync());
        var home = (await Providers.Running).Homes[80];
        var address = home.Parts();
        Assert.Equal("rooftop", (await other.PostAsync("leads", new { name = "Ann", address })).Text("locationPrecision"));

        var probe = await curious.PostAsync("leads", new { name = "Probe", address = InAlaska(home) });
        var calls = await CallsAsync(curious);
        await curious.PostAsync("leads", new { name = "Ann", force = true, address });

        Assert.Equal("none", probe.Text("locationPrecision"));
        Assert.Equal(calls + 1, await CallsAsync(curious));
    }

    static object InAlaska(Home home) => new { street = home.Address.Street, unit = home.Address.Unit, state = "AK", postalCode = home.Address.PostalCode };

    async Task<int> CallsAsync(ApiClient caller) => await host.Database.QueryFirstAsync<int>(
        "select coalesce(sum(calls), 0)::int from api_usage where organization_id = @OrganizationId and operation = 'geocode'",
        new { caller.OrganizationId }, default);
}
