using System.Text.Json;

namespace TwoStory.Tests.Api;

public sealed class LeadChangeTests(ApiHost host) : IClassFixture<ApiHost>
{
    static readonly object Home = new { street = "12 Alder Street", unit = "4B", city = "Seattle", state = "WA", postalCode = "98103" };

    [Fact]
    public async Task A_change_takes_what_is_sent_and_null_clears()
    {
        var owner = await host.RegisterOwnerAsync();
        var made = await owner.PostAsync("leads", new { name = "Ann", phone = "1", radiusMiles = 2.5, latitude = 47.6, longitude = -122.3, address = Home });
        var changed = await owner.PutAsync($"leads/{made.Text("id")}", new { phone = (string?)null, temperature = "hot", address = new { unit = "5" } });

        Assert.Equal(200, changed.Status);
        Assert.Equal((JsonValueKind.Null, "hot", 2.5m), (changed["phone"].ValueKind, changed.Text("temperature"), changed["radiusMiles"].GetDecimal()));
        Assert.Equal(("12 Alder Street", "5"), (changed["address"].GetProperty("street").GetString(), changed["address"].GetProperty("unit").GetString()));
    }

    [Fact]
    public async Task A_lead_that_was_read_can_be_sent_back_whole()
    {
        var owner = await host.RegisterOwnerAsync();
        var made = await owner.PostAsync("leads", new { name = "Ann", latitude = 47.6, longitude = -122.3 });
        var read = await owner.GetAsync($"leads/{made.Text("id")}");
        var back = await owner.PutAsync($"leads/{made.Text("id")}", read.Json.GetRawText());

        Assert.Equal((200, "manual"), (back.Status, back.Text("locationPrecision")));
    }

    [Fact]
    public async Task A_changed_address_is_looked_up_again_and_a_pin_is_kept_until_then()
    {
        var owner = await host.RegisterOwnerAsync();
        var homes = (await Providers.Running).Homes.Where(home => home.Address.Unit is null).Take(2).ToList();
        var made = await owner.PostAsync("leads", new { name = "Ann", address = homes[0].Parts(), latitude = 47.1, longitude = -122.1 });
        var path = $"leads/{made.Text("id")}";

        Assert.Equal("manual", (await owner.PutAsync(path, new { name = "Anna" })).Text("locationPrecision"));
        var moved = await owner.PutAsync(path, new { address = homes[1].Parts() });
        Assert.Equal("rooftop", moved.Text("locationPrecision"));
        Assert.Equal(homes[1].Point.Latitude, moved["latitude"].GetDouble(), 3);
        Assert.Equal("manual", (await owner.PutAsync(path, new { latitude = 47.2, longitude = -122.2 })).Text("locationPrecision"));
        Assert.Equal("rooftop", (await owner.PutAsync(path, new { latitude = (double?)null, longitude = (double?)null })).Text("locationPrecision"));
    }

    [Fact]
    public async Task A_change_based_on_an_outdated_version_is_refused()
    {
        var owner = await host.RegisterOwnerAsync();
        var made = await owner.AddLeadAsync("Ann", null);
        var path = $"leads/{made.Text("id")}";
        var tag = made.Headers.ETag!.ToString();

        Assert.Equal(200, (await owner.PutAsync(path, new { name = "Anna" }, ifMatch: tag)).Status);
        var late = await owner.PutAsync(path, new { name = "Anne" }, ifMatch: tag);
        var deleted = await owner.SendAsync("DELETE", path, null, ("If-Match", tag));

        Assert.Equal((412, "lead_changed"), (late.Status, late.Code));
        Assert.Equal(412, deleted.Status);
        Assert.Equal("Anna", (await owner.GetAsync(path)).Text("name"));
        Assert.Equal(204, (await owner.DeleteAsync(path)).Status);
        Assert.Equal(404, (await owner.GetAsync(path)).Status);
    }

    [Fact]
    public async Task Changes_at_once_are_all_kept()
    {
        var owner = await host.RegisterOwnerAsync();
        var path = $"leads/{(await owner.AddLeadAsync("Ann", null)).Text("id")}";
        await Task.WhenAll(
            owner.PutAsync(path, new { phone = "1" }), owner.PutAsync(path, new { notes = "2" }), owner.PutAsync(path, new { bedrooms = 3 }),
            owner.PutAsync(path, new { bathrooms = 4 }), owner.PutAsync(path, new { squareFeet = 5 }));

        var read = await owner.GetAsync(path);
        Assert.Equal(("1", "2", 3m, 4m, 5), (read.Text("phone"), read.Text("notes"), read["bedrooms"].GetDecimal(), read["bathrooms"].GetDecimal(), read["squareFeet"].GetInt32()));
    }

    [Fact]
    public async Task A_change_cannot_make_a_duplicate_but_one_that_was_forced_stays_changeable()
    {
        var owner = await host.RegisterOwnerAsync();
        await owner.AddLeadAsync("Ann", "ann@example.com");
        var path = $"leads/{(await owner.AddLeadAsync("Bob", "bob@example.com")).Text("id")}";

        Assert.Equal(409, (await owner.PutAsync(path, new { email = "ann@example.com" })).Status);
        Assert.Equal(200, (await owner.PutAsync(path, new { email = "ann@example.com", force = true })).Status);
        Assert.Equal(200, (await owner.PutAsync(path, new { name = "Bobby" })).Status);
    }
}
