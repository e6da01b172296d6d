using TwoStory.Core.Alerts;
using TwoStory.Core.Jobs;
using TwoStory.Core.Providers;
using TwoStory.Simulators.World;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Jobs;

/// <summary>A lead whose address or attributes are corrected: only values of the present home, as it is described now, count.</summary>
public sealed class MovedHomeTests(Neighbourhood neighbourhood) : IClassFixture<Neighbourhood>
{
    readonly TestHost host = neighbourhood.Host;

    [Fact]
    public async Task A_new_address_starts_anew_and_the_former_home_is_shown_and_counted_nowhere()
    {
        var (caller, lead, home) = await OneHomeAsync();
        await neighbourhood.WeeksAsync(caller.Organization, home, 500_000);
        Assert.Equal((500_000m, 1), await PortfolioAsync(caller));

        var next = await MoveAsync(caller, lead);

        Assert.Equal((0m, 0), await PortfolioAsync(caller));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, (await caller.GetAsync($"leads/{lead}"))["value"].ValueKind);
        Assert.Empty((await caller.GetAsync($"leads/{lead}/value-history")).Items);
        Assert.Equal(["first_valuation"], await neighbourhood.WeeksAsync(caller.Organization, next, 250_000));
        Assert.Equal((250_000m, 1), await PortfolioAsync(caller));
        Assert.Equal([250_000m], (await caller.GetAsync($"leads/{lead}/value-history")).Items.Select(item => item.GetProperty("value").GetDecimal()));
        Assert.Equal(["changed"], await neighbourhood.WeeksAsync(caller.Organization, next, 260_000));
        var evidence = Assert.Single(await neighbourhood.EvidenceAsync(caller.Organization));
        Assert.Equal((250_000m, 260_000m), (evidence.Decision.Against!.Value, ((ValueObservation)evidence.Observation).Value));
    }

    [Fact]
    public async Task A_home_corrected_on_the_day_of_its_valuation_is_valued_again_on_that_day()
    {
        var (caller, lead, home) = await OneHomeAsync();
        await neighbourhood.SetValueAsync(home, 500_000);
        await neighbourhood.RunAsync(caller.Organization);
        var next = await MoveAsync(caller, lead);
        await neighbourhood.SetValueAsync(next, 250_000);

        var report = await neighbourhood.RunAsync(caller.Organization);

        Assert.Equal((JobState.Completed, 1, 0), (report.State, report.Requests.RentCast, report.Counts.Alerts));
        Assert.Equal((250_000m, "first_valuation"), Assert.Single(await neighbourhood.ValuesAsync(caller.Organization)) is var only ? (only.Value, only.Decision) : default);
        Assert.Equal(250_000m, (await caller.GetAsync($"leads/{lead}"))["value"].GetProperty("value").GetDecimal());
    }

    [Fact]
    public async Task A_lead_that_moves_between_the_fetching_and_the_notifying_is_not_notified_of_the_former_home()
    {
        var (caller, lead, home) = await OneHomeAsync();
        await neighbourhood.WeeksAsync(caller.Organization, home, 500_000);
        await neighbourhood.SetValueAsync(home, 600_000);
        var run = await host.FetchAsync(caller.Organization, JobKinds.PropertyValues);
        var next = await MoveAsync(caller, lead);

        await host.ExecuteRunAsync(run);

        Assert.Equal("home_changed", (await neighbourhood.ValuesAsync(caller.Organization))[^1].Decision);
        Assert.Empty(await neighbourhood.EvidenceAsync(caller.Organization));
        neighbourhood.Clock.MoveDays(7);
        Assert.Equal(["first_valuation"], await neighbourhood.WeeksAsync(caller.Organization, next, 250_000));
    }

    [Fact]
    public async Task No_estimate_for_a_wrong_address_or_wrong_attributes_does_not_block_the_corrected_lead()
    {
        var caller = await HostClient.RegisterAsync(host);
        var lead = new TestLead(null) { Street = "1 Nowhere Lane" };
        await host.AddLeadsAsync(caller.Organization, [lead]);
        async Task<int> CallsAsync() => (await neighbourhood.RunAsync(caller.Organization)).Requests.RentCast;
        Assert.Equal((1, 0), (await CallsAsync(), await CallsAsync()));

        await UpdateAsync(caller, lead.Id, new { squareFeet = 1234 });
        Assert.Equal((1, 0), (await CallsAsync(), await CallsAsync()));

        var home = await MoveAsync(caller, lead.Id);
        await neighbourhood.SetValueAsync(home, 400_000);
        Assert.Equal((1, 0), (await CallsAsync(), await CallsAsync()));
        Assert.Equal(400_000m, (await caller.GetAsync($"leads/{lead.Id}"))["value"].GetProperty("value").GetDecimal());
    }

    [Fact]
    public async Task Corrected_square_feet_make_a_new_baseline_and_no_alert()
    {
        var (caller, lead, home) = await OneHomeAsync(squareFeet: 900);
        await neighbourhood.WeeksAsync(caller.Organization, home, 500_000);
        await UpdateAsync(caller, lead, new { squareFeet = 2700 });

        Assert.Equal(["new_baseline", "below_threshold", "changed"], await neighbourhood.WeeksAsync(caller.Organization, home, 1_500_000, 1_510_000, 1_560_000));

        Assert.Equal(1_500_000m, Assert.Single(await neighbourhood.EvidenceAsync(caller.Organization)).Decision.Against!.Value);
        Assert.Equal(4, (await caller.GetAsync($"leads/{lead}/value-history")).Items.Count);
    }

    [Fact]
    public async Task A_geocoded_point_or_another_spelling_of_the_address_is_the_same_home()
    {
        var (caller, lead, home) = await OneHomeAsync();
        await neighbourhood.WeeksAsync(caller.Organization, home, 500_000);
        await host.Database.ExecuteAsync("update leads set latitude = latitude + 0.001, name = 'Renamed', city = 'SEATTLE' where id = @lead", new { lead }, default);

        Assert.Equal(["changed"], await neighbourhood.WeeksAsync(caller.Organization, home, 600_000));
        Assert.Equal(2, (await caller.GetAsync($"leads/{lead}/value-history")).Items.Count);
    }

    [Fact]
    public async Task Two_leads_of_one_home_with_different_attributes_are_valued_each_with_its_own()
    {
        var organization = await host.AddOrganizationAsync();
        var home = neighbourhood.NextHome();
        TestLead[] leads = [At(home, 1000), At(home, 3000), At(home, 1000)];
        await host.AddLeadsAsync(organization, leads);

        var report = await neighbourhood.RunAsync(organization);

        Assert.Equal((JobState.Completed, 2), (report.State, report.Requests.RentCast));
        var values = (await neighbourhood.ValuesAsync(organization)).ToDictionary(row => row.Lead, row => row.Value);
        Assert.Equal(values[leads[0].Id], values[leads[2].Id]);
        Assert.NotEqual(values[leads[0].Id], values[leads[1].Id]);
        Assert.Equal(
            leads.Select(lead => (lead.Id, lead.SquareFeet!.Value)).Order(), (await host.QueryAsync<(Guid, int)>(
                "select lead_id, (attributes ->> 'squareFeet')::int from property_values where organization_id = @Id", new { organization.Id })).Order());
        Assert.Equal(2, (await host.QueryAsync<long>("select count(distinct home) from lead_comparables where organization_id = @Id", new { organization.Id }))[0]);
    }

    [Fact]
    public async Task Sales_near_the_former_home_are_not_shown_for_the_new_one()
    {
        var (caller, lead, home) = await OneHomeAsync();
        await host.RunNearbySalesAsync(caller.Organization);
        var before = (await caller.GetAsync($"leads/{lead}/nearby-sales")).Items;
        Assert.NotEmpty(before);
        // A third of the radius to the north: some sales stay near, at another distance.
        await host.Database.ExecuteAsync("update leads set latitude = latitude + 0.005 where id = @lead", new { lead }, default);
        var moved = (await caller.GetAsync($"leads/{lead}/nearby-sales")).Items;
        var point = new GeoPoint(home.Point.Latitude + 0.005, home.Point.Longitude);
        Assert.All(moved, sale =>
        {
            var miles = point.DistanceMilesTo(new(sale.GetProperty("latitude").GetDouble(), sale.GetProperty("longitude").GetDouble()));
            Assert.Equal(miles, sale.GetProperty("distanceMiles").GetDouble(), tolerance: 0.011);
            Assert.InRange(miles, 0, 1);
        });

        await host.Database.ExecuteAsync("update leads set latitude = 40.7, longitude = -74 where id = @lead", new { lead }, default);

        Assert.Empty((await caller.GetAsync($"leads/{lead}/nearby-sales")).Items);
        Assert.Empty((await caller.GetAsync($"leads/{lead}"))["nearbySales"].EnumerateArray());
    }

    async Task<(HostClient Caller, Guid Lead, Home Home)> OneHomeAsync(int? squareFeet = null)
    {
        var caller = await HostClient.RegisterAsync(host);
        var home = neighbourhood.NextHome();
        var lead = Neighbourhood.LeadAt(home) with { SquareFeet = squareFeet };
        await host.AddLeadsAsync(caller.Organization, [lead]);
        // As the API stores it, so that an update of something else does not change the key.
        var key = AddressKey.From(new Address(lead.Street, null, lead.City, "WA", null));
        await host.Database.ExecuteAsync("update leads set home_key = @key where id = @Id", new { key, lead.Id }, default);
        return (caller, lead.Id, home);
    }

    static TestLead At(Home home, int squareFeet) => new(new(home.Point.Latitude, home.Point.Longitude))
    {
        Street = home.Address.Street,
        City = home.Address.City,
        SquareFeet = squareFeet,
    };

    async Task<Home> MoveAsync(HostClient caller, Guid lead)
    {
        var home = neighbourhood.NextHome();
        await UpdateAsync(caller, lead, new
        {
            address = new { street = home.Address.Street, city = home.Address.City, state = "WA", unit = (string?)null, postalCode = home.Address.PostalCode },
            latitude = home.Point.Latitude,
            longitude = home.Point.Longitude,
        });
        return home;
    }

    static async Task UpdateAsync(HostClient caller, Guid lead, object changes)
    {
        var answer = await caller.PutAsync($"leads/{lead}", changes);
        Assert.True(answer.Status == 200, answer.Json.ToString());
    }

    static async Task<(decimal, int)> PortfolioAsync(HostClient caller)
    {
        var stats = await caller.GetAsync("dashboard/stats");
        return (stats["portfolioValue"].GetDecimal(), stats["valuedLeads"].GetInt32());
    }
}
