using System.Text.Json;
using TwoStory.Simulators.RentCast;
using TwoStory.Simulators.World;
using TwoStory.Tests.Api;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Providers;

[Collection("providers")]
public sealed class EnrichmentTests(ProviderTown town)
{
    readonly TestHost host = town.Host;

    [Fact]
    public async Task Only_missing_fields_are_filled_in_from_the_property_record()
    {
        var caller = await HostClient.RegisterAsync(host);
        var home = town.NextHome();
        var before = await host.CallsAsync("rentCast", "properties");

        var lead = await AddAsync(caller, home, new() { ["bedrooms"] = 77 });

        Assert.Equal((201, "bathrooms propertyType squareFeet"), (lead.Status, Filled(lead)));
        Assert.Equal(JsonValueKind.Null, lead["notFilled"].ValueKind);
        Assert.Equal(
            (77m, home.Bathrooms, home.SquareFeet, RentCastRecords.TypeName(home.Type)),
            (lead["bedrooms"].GetDecimal(), lead["bathrooms"].GetDecimal(), lead["squareFeet"].GetInt32(), lead.Text("propertyType")));
        var kept = await caller.GetAsync($"leads/{lead.Text("id")}");
        Assert.Equal((lead["squareFeet"].GetInt32(), lead.Headers.ETag), (kept["squareFeet"].GetInt32(), kept.Headers.ETag));
        Assert.Equal((1, 1), (await host.CallsAsync("rentCast", "properties") - before, (await town.LedgerAsync(caller.Organization))["properties"]));
    }

    [Fact]
    public async Task No_request_is_sent_when_nothing_is_missing_or_enrichment_is_off()
    {
        var caller = await HostClient.RegisterAsync(host);
        var full = await AddAsync(caller, town.NextHome(), new() { ["bedrooms"] = 3, ["bathrooms"] = 2, ["squareFeet"] = 1500, ["propertyType"] = "Condo" });
        var unchanged = await AddAsync(caller, town.NextHome(), new() { ["enrich"] = false });
        var bare = await caller.PostAsync("leads", new { name = "L", enrich = true });

        Assert.Equal(("", "nothing_missing"), (Filled(full), full.Text("notFilled")));
        Assert.Equal(("", JsonValueKind.Null), (Filled(unchanged), unchanged["notFilled"].ValueKind));
        Assert.Equal(("", "no_address"), (Filled(bare), bare.Text("notFilled")));
        Assert.DoesNotContain("properties", (await town.LedgerAsync(caller.Organization)).Keys);
    }

    [Fact]
    public async Task A_home_without_a_geocoded_location_uses_the_location_of_the_record()
    {
        var caller = await HostClient.RegisterAsync(host);
        var home = town.NextHome();
        foreach (var provider in new[] { "nominatim", "census" }) await host.FaultAsync(new { provider, fault = "status", status = 400 });

        var lead = await AddAsync(caller, home, []);
        await host.ClearFaultsAsync();

        Assert.Equal("bathrooms bedrooms latitude longitude propertyType squareFeet", Filled(lead));
        Assert.Equal((home.Point.Latitude, home.Point.Longitude, "rooftop"), (lead["latitude"].GetDouble(), lead["longitude"].GetDouble(), lead.Text("locationPrecision")));
    }

    [Fact]
    public async Task A_failing_provider_does_not_lose_the_lead()
    {
        var caller = await HostClient.RegisterAsync(host);
        await host.FaultAsync(new { provider = "rentCast", fault = "status", status = 500 });
        var failed = await AddAsync(caller, town.NextHome(), []);
        await host.ClearFaultsAsync();
        var unknown = await caller.PostAsync("leads", new { name = "L", enrich = true, address = new { street = "99999 Unheard Of Way", city = "Seattle", state = "WA" } });

        Assert.Equal((201, "", "rentcast_unavailable"), (failed.Status, Filled(failed), failed.Text("notFilled")));
        Assert.Equal((201, "", "not_found"), (unknown.Status, Filled(unknown), unknown.Text("notFilled")));
        Assert.Equal(2, (await caller.GetAsync("leads")).Items.Count);
    }

    static string Filled(Answer lead) => string.Join(' ', lead["filled"].EnumerateArray().Select(field => field.GetString()).Order(StringComparer.Ordinal));

    static Task<Answer> AddAsync(HostClient caller, Home home, Dictionary<string, object> given) => caller.PostAsync(
        "leads", new Dictionary<string, object> { ["name"] = "Pat", ["enrich"] = true, ["address"] = home.Parts() }.Concat(given)
            .GroupBy(pair => pair.Key).ToDictionary(field => field.Key, field => field.Last().Value));
}
