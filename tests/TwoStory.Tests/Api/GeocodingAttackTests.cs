namespace TwoStory.Tests.Api;

/// <summary>Two brokerages with the same home: neither decides what the other's geocoding answers, nor sees that the other has the home.</summary>
public sealed class GeocodingAttackTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task A_wrong_state_sent_first_does_not_hide_the_home_of_another_brokerage()
    {
        var (attacker, victim) = (await host.RegisterOwnerAsync(), await host.RegisterOwnerAsync());
        var home = (await Providers.Running).Homes[40].Address;

        var wrong = await attacker.PostAsync("leads", new { name = "Nobody", address = new { street = home.Street, state = "AK", postalCode = home.PostalCode } });
        var right = await victim.PostAsync("leads", new { name = "Ann", address = new { street = home.Street, city = home.City, state = home.State, postalCode = home.PostalCode } });

        Assert.Equal((201, "none"), (wrong.Status, wrong.Text("locationPrecision")));
        Assert.Equal((201, "rooftop"), (right.Status, right.Text("locationPrecision")));
    }

    [Fact]
    public async Task Neither_the_answer_nor_the_usage_report_reveals_the_home_of_another_brokerage()
    {
        var (other, curious) = (await host.RegisterOwnerAsync(), await host.RegisterOwnerAsync());
        var home = (await Providers.Running).Homes[80].Address;
        var address = new { street = home.Street, city = home.City, state = home.State, postalCode = home.PostalCode };
        Assert.Equal("rooftop", (await other.PostAsync("leads", new { name = "Ann", address })).Text("locationPrecision"));

        var probe = await curious.PostAsync("leads", new { name = "Probe", address = new { street = home.Street, state = "AK", postalCode = home.PostalCode } });
        var calls = await CallsAsync(curious);
        await curious.PostAsync("leads", new { name = "Ann", force = true, address });

        Assert.Equal("none", probe.Text("locationPrecision"));
        Assert.Equal(calls + 1, await CallsAsync(curious));
    }

    async Task<int> CallsAsync(ApiClient caller) => await host.Database.QueryFirstAsync<int>(
        "select coalesce(sum(calls), 0)::int from api_usage where organization_id = @OrganizationId and operation = 'geocode'", new { caller.OrganizationId }, default);
}
