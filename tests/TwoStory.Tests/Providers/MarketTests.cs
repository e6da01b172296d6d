using System.Text.Json;
using TwoStory.Simulators.RentCast;
using TwoStory.Simulators.World;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Providers;

[Collection("providers")]
public sealed class MarketTests(ProviderTown town)
{
    readonly TestHost host = town.Host;

    [Fact]
    public async Task The_market_of_a_zip_code_is_fetched_once_a_day_for_all_organizations()
    {
        var home = town.NextHome();
        var (one, other) = (await HostClient.RegisterAsync(host), await HostClient.RegisterAsync(host));
        var before = await host.CallsAsync("rentCast", "markets");

        var first = await one.GetAsync($"leads/{await AddAsync(one, home)}/market");
        var second = await other.GetAsync($"leads/{await AddAsync(other, home)}/market");

        var expected = JsonElement.Parse(RentCastMarket.From(home.Address.PostalCode, host.Get<SaleBook>(), town.Clock.Today, 12)!.ToJsonString()).GetProperty("saleData");
        Assert.Equal((200, "asking", home.Address.PostalCode), (first.Status, first.Text("priceKind"), first.Text("zipCode")));
        foreach (var name in new[] { "medianPrice", "averagePrice", "minPrice", "maxPrice", "medianDaysOnMarket", "averageDaysOnMarket", "newListings", "totalListings" })
        {
            Assert.Equal(expected.GetProperty(name).GetDecimal(), first[name].GetDecimal());
        }
        Assert.Equal(town.Clock.Today, DateOnly.Parse(first.Text("asOf")!, null));
        Assert.Equal(
            expected.GetProperty("history").EnumerateObject().Select(month => (month.Name, month.Value.GetProperty("medianPrice").GetDecimal())),
            first["history"].EnumerateArray().Select(month => (month.GetProperty("month").GetString()!, month.GetProperty("medianPrice").GetDecimal())));
        Assert.Equal(first["history"].GetRawText(), second["history"].GetRawText());
        Assert.Equal((1, 1), (await host.CallsAsync("rentCast", "markets") - before, (await town.LedgerAsync(one.Organization))["markets"]));
        Assert.DoesNotContain("markets", (await town.LedgerAsync(other.Organization)).Keys);
    }

    [Fact]
    public async Task A_missing_zip_code_and_a_missing_market_have_their_own_codes()
    {
        var caller = await HostClient.RegisterAsync(host);
        var without = ProviderTown.LeadAt(town.NextHome());
        await host.AddLeadsAsync(caller.Organization, [without]);
        var unknown = (await caller.PostAsync("leads", new { name = "L", address = new { postalCode = "00001" } })).Json.GetProperty("id").GetGuid();

        var (bare, empty) = (await caller.GetAsync($"leads/{without.Id}/market"), await caller.GetAsync($"leads/{unknown}/market"));

        Assert.Equal((409, "lead_without_zip_code"), (bare.Status, bare.Code));
        Assert.Equal((422, "no_market_data"), (empty.Status, empty.Code));
        await caller.GetAsync($"leads/{unknown}/market");
        Assert.Equal(1, (await town.LedgerAsync(caller.Organization))["markets"]);
    }

    static async Task<Guid> AddAsync(HostClient caller, Home home) => (await caller.PostAsync("leads", new
    {
        name = "Pat",
        address = new { street = home.Address.Street, city = home.Address.City, state = home.Address.State, postalCode = home.Address.PostalCode },
        latitude = home.Point.Latitude,
        longitude = home.Point.Longitude,
    })).Json.GetProperty("id").GetGuid();
}
