using System.Globalization;
using System.Text.Json;
using TwoStory.Core.Accounts;

namespace TwoStory.Tests.Api;

public sealed class LeadTests(ApiHost host) : IClassFixture<ApiHost>
{
    static readonly object Home = new { street = "12 Alder Street", unit = "4B", city = "Seattle", state = "WA", postalCode = "98103" };

    [Fact]
    public async Task A_new_lead_has_the_defaults_and_reads_as_it_was_answered()
    {
        var owner = await host.RegisterOwnerAsync();
        var made = await owner.PostAsync("leads", new { name = " Ann ", email = "ann@example.com", latitude = 47.6, longitude = -122.3 });

        Assert.Equal(201, made.Status);
        Assert.Equal($"/api/leads/{made.Text("id")}", made.Headers.Location!.ToString());
        Assert.Equal(("Ann", "warm", "manual", owner.UserId.ToString()), (made.Text("name"), made.Text("temperature"), made.Text("locationPrecision"), made.Text("ownerId")));
        Assert.True(made["notifyNearbySales"].GetBoolean() && made["notifyValueChanges"].GetBoolean());
        Assert.Equal(JsonValueKind.Null, made["radiusMiles"].ValueKind);
        Assert.Equal(host.Clock.Today(TimeZones.Default), DateOnly.Parse(made.Text("alertsSince")!, CultureInfo.InvariantCulture));

        var read = await owner.GetAsync($"leads/{made.Text("id")}");
        foreach (var field in made.Json.EnumerateObject().Where(field => field.Name is not ("filled" or "notFilled"))) Assert.Equal(field.Value.GetRawText(), read[field.Name].GetRawText());
        Assert.Equal(made.Headers.ETag, read.Headers.ETag);
        Assert.Empty(read["valueHistory"].EnumerateArray());
        Assert.Empty(read["nearbySales"].EnumerateArray());
    }

    [Fact]
    public async Task An_address_is_geocoded_and_an_unknown_one_is_stored_as_not_geocoded()
    {
        var owner = await host.RegisterOwnerAsync();
        var home = (await Providers.Running).Homes.First(home => home.Address.Unit is null);
        var found = await owner.PostAsync("leads", new { name = "Found", address = home.Parts() });
        var lost = await owner.PostAsync("leads", new { name = "Lost", address = new { street = "1 Nowhere At All Road", city = "Seattle", state = "WA" } });

        Assert.Equal((201, "rooftop"), (found.Status, found.Text("locationPrecision")));
        Assert.Equal(home.Point.Latitude, found["latitude"].GetDouble(), 3);
        Assert.Equal(201, lost.Status);
        Assert.NotEqual("rooftop", lost.Text("locationPrecision"));
    }

    [Fact]
    public async Task Zero_zero_is_not_a_location()
    {
        var owner = await host.RegisterOwnerAsync();
        var lead = await owner.PostAsync("leads", new { name = "Nowhere", latitude = 0, longitude = 0 });

        Assert.Equal((201, "none"), (lead.Status, lead.Text("locationPrecision")));
    }

    [Theory]
    [InlineData("""{"email":"x@example.com"}""", "name")]
    [InlineData("""{"name":"A","email":"invalid"}""", "email")]
    [InlineData("""{"name":"A","latitude":91,"longitude":0}""", "latitude")]
    [InlineData("""{"name":"A","latitude":47.6}""", "longitude")]
    [InlineData("""{"name":"A","radiusMiles":0}""", "radiusMiles")]
    [InlineData("""{"name":"A","radiusMiles":50.01}""", "radiusMiles")]
    [InlineData("""{"name":"A","radiusMiles":0.001}""", "radiusMiles")]
    [InlineData("""{"name":"A","squareFeet":1.5}""", "squareFeet")]
    [InlineData("""{"name":"A","bedrooms":"three"}""", "bedrooms")]
    [InlineData("""{"name":"A","temperature":"tepid"}""", "temperature")]
    [InlineData("""{"name":"A","alertsSince":"2026-02-30"}""", "alertsSince")]
    [InlineData("""{"name":"A","alertSince":"2026-02-01"}""", "alertSince")]
    [InlineData("""{"name":"A","address":{"zip":"98103"}}""", "address.zip")]
    [InlineData("""{"name":"A","name":"B"}""", "name")]
    [InlineData("""{"name":"A\u0000B"}""", "name")]
    [InlineData("""{"name":"A","ownerId":"01890000-0000-7000-8000-000000000000"}""", "ownerId")]
    public async Task A_wrong_field_is_named(string body, string field)
    {
        var answer = await (await host.RegisterOwnerAsync()).PostAsync("leads", body);

        Assert.Equal((400, "validation_failed"), (answer.Status, answer.Code));
        Assert.Equal(field, Assert.Single(answer["errors"].EnumerateObject()).Name);
    }

    [Fact]
    public async Task The_same_person_or_home_is_a_duplicate_until_it_is_forced()
    {
        var owner = await host.RegisterOwnerAsync();
        var first = await owner.PostAsync("leads", new { name = "Ann", email = "Ann@Example.com", address = Home, latitude = 47.6, longitude = -122.3 });
        var sameHome = new { street = "12 alder st.", unit = "#4b", city = "Seattle", state = "Washington", postalCode = "98103-1234" };

        var person = await owner.PostAsync("leads", new { name = "Other", email = "ann@example.COM" });
        var home = await owner.PostAsync("leads", new { name = "Other", address = sameHome });
        var neighbour = await owner.PostAsync("leads", new { name = "Other", address = new { street = "12 Alder Street", unit = "5B", postalCode = "98103" } });
        var forced = await owner.PostAsync("leads", new { name = "Other", address = sameHome, force = true });

        Assert.Equal((409, "duplicate_lead"), (person.Status, person.Code));
        Assert.Equal((409, "duplicate_lead"), (home.Status, home.Code));
        var match = Assert.Single(home["matches"].EnumerateArray());
        Assert.Equal(first.Text("id"), match.GetProperty("id").GetString());
        Assert.Equal(("Ann", "Ann@Example.com"), (match.GetProperty("name").GetString(), match.GetProperty("email").GetString()));
        Assert.Equal("12 Alder Street", match.GetProperty("address").GetProperty("street").GetString());
        Assert.Equal((201, 201), (neighbour.Status, forced.Status));
    }

    [Fact]
    public async Task Of_many_posts_of_one_person_at_once_one_makes_a_lead()
    {
        var owner = await host.RegisterOwnerAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => owner.PostAsync("leads", new { name = "Ann", email = "ann@example.com" })));

        Assert.Single(answers, answer => answer.Status == 201);
        Assert.Equal(7, answers.Count(answer => answer.Status == 409));
    }

    [Fact]
    public async Task An_agent_sees_own_leads_only_and_admins_see_all()
    {
        var owner = await host.RegisterOwnerAsync();
        var admin = await host.AddColleagueAsync(owner, Role.Admin);
        var agent = await host.AddColleagueAsync(owner, Role.Agent);
        var colleague = await host.AddColleagueAsync(owner, Role.Agent);
        var id = (await colleague.AddLeadAsync("Carol", "carol@example.com")).Text("id");
        await agent.AddLeadAsync("Dora", "dora@example.com");

        Assert.Equal(["Dora"], (await agent.GetAsync("leads")).Items.Select(lead => lead.GetProperty("name").GetString()));
        Assert.Equal(2, (await admin.GetAsync("leads")).Items.Count);
        foreach (var answer in new[]
        {
            await agent.GetAsync($"leads/{id}"), await agent.PutAsync($"leads/{id}", new { name = "Mine" }), await agent.DeleteAsync($"leads/{id}"),
            await agent.GetAsync($"leads/{id}/value-history"), await agent.GetAsync($"leads/{id}/nearby-sales"),
        })
        {
            Assert.Equal((404, "lead_not_found"), (answer.Status, answer.Code));
        }
        var duplicate = await agent.PostAsync("leads", new { name = "Carol", email = "carol@example.com" });
        var match = Assert.Single(duplicate["matches"].EnumerateArray());
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (match.GetProperty("id").ValueKind, match.GetProperty("name").ValueKind));
        Assert.Equal(400, (await agent.PostAsync("leads", new { name = "Gift", ownerId = colleague.UserId })).Status);
        Assert.Equal(201, (await admin.PostAsync("leads", new { name = "Gift", ownerId = colleague.UserId })).Status);
        Assert.Equal(200, (await admin.GetAsync($"leads/{id}")).Status);
    }

    [Fact]
    public async Task Another_organization_s_lead_is_not_there()
    {
        var owner = await host.RegisterOwnerAsync();
        var stranger = await host.RegisterOwnerAsync();
        var id = (await owner.AddLeadAsync("Ann", "ann@example.com")).Text("id");

        Assert.Equal(404, (await stranger.GetAsync($"leads/{id}")).Status);
        Assert.Equal(404, (await stranger.PutAsync($"leads/{id}", new { name = "Mine" })).Status);
        Assert.Equal(404, (await stranger.DeleteAsync($"leads/{id}")).Status);
        Assert.Equal(201, (await stranger.PostAsync("leads", new { name = "Ann", email = "ann@example.com" })).Status);
        Assert.Equal(400, (await stranger.PostAsync("leads", new { name = "X", ownerId = owner.UserId })).Status);
        Assert.Equal(200, (await owner.GetAsync($"leads/{id}")).Status);
    }
}
