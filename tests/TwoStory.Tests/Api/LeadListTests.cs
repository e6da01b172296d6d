using TwoStory.Core.Accounts;

namespace TwoStory.Tests.Api;

public sealed class LeadListTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task Pages_contain_every_lead_once_newest_first_while_others_are_added_and_deleted()
    {
        var owner = await host.RegisterOwnerAsync();
        for (var i = 0; i < 9; i++) await owner.AddLeadAsync($"Lead {i}", null);
        var first = await owner.GetAsync("leads?limit=4");
        await owner.AddLeadAsync("Newcomer", null);
        await owner.DeleteAsync($"leads/{first.Items[3].GetProperty("id").GetString()}");

        var second = await owner.GetAsync($"leads?limit=4&after={first.Text("next")}");
        var third = await owner.GetAsync($"leads?limit=4&after={second.Text("next")}");

        Assert.Equal(
            ["Lead 8", "Lead 7", "Lead 6", "Lead 5", "Lead 4", "Lead 3", "Lead 2", "Lead 1", "Lead 0"],
            new[] { first, second, third }.SelectMany(Names));
        Assert.Null(third.Text("next"));
    }

    [Fact]
    public async Task A_full_last_page_has_no_next_cursor() =>
        Assert.Null((await (await WithLeadsAsync("A", "B")).GetAsync("leads?limit=2")).Text("next"));

    [Fact]
    public async Task Filters_by_temperature_owner_and_text()
    {
        var owner = await host.RegisterOwnerAsync();
        var agent = await host.AddColleagueAsync(owner, Role.Agent);
        await owner.PostAsync("leads", new { name = "Hot Harry", temperature = "hot", latitude = 1, longitude = 1 });
        await owner.PostAsync("leads", new { name = "100% Sure_Thing", latitude = 1, longitude = 1 });
        await agent.PostAsync("leads", new { name = "Ann", latitude = 1, longitude = 1, address = new { street = "9 Harbor Way", city = "Tacoma" } });

        Assert.Equal(["Hot Harry"], Names(await owner.GetAsync("leads?temperature=hot")));
        Assert.Equal(["Ann"], Names(await owner.GetAsync($"leads?owner={agent.UserId}")));
        Assert.Empty(Names(await agent.GetAsync($"leads?owner={owner.UserId}")));
        Assert.Equal(["Ann"], Names(await owner.GetAsync("leads?q=tacoma")));
        Assert.Equal(["Ann", "Hot Harry"], Names(await owner.GetAsync("leads?q=HAR")));
        Assert.Equal(["100% Sure_Thing"], Names(await owner.GetAsync("leads?q=%25")));
        Assert.Equal(["100% Sure_Thing"], Names(await owner.GetAsync("leads?q=_")));
        Assert.Empty(Names(await owner.GetAsync("leads?q=%5C")));
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=101", "limit")]
    [InlineData("limit=ten", "limit")]
    [InlineData("after=nonsense", "after")]
    [InlineData("after=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "after")]
    [InlineData("temperature=1", "temperature")]
    [InlineData("owner=me", "owner")]
    [InlineData("temprature=hot", "temprature")]
    [InlineData("limit=1&limit=2", "limit")]
    public async Task A_query_that_cannot_be_meant_is_refused(string query, string field)
    {
        var answer = await (await WithLeadsAsync()).GetAsync($"leads?{query}");

        Assert.Equal((400, "validation_failed"), (answer.Status, answer.Code));
        Assert.Equal(field, Assert.Single(answer["errors"].EnumerateObject()).Name);
    }

    [Fact]
    public async Task History_and_sales_are_paged_newest_first_and_only_the_last_value_can_be_stale()
    {
        var owner = await host.RegisterOwnerAsync();
        var id = (await owner.AddLeadAsync("Ann", null))["id"].GetGuid();
        for (var day = 1; day <= 3; day++)
        {
            await host.Database.ExecuteAsync(
                """
                insert into property_values (id, organization_id, lead_id, source, as_of, value, range_low) values (gen_random_uuid(), @organization, @id, 'rentcast', @date, @day * 1000, 900);
                insert into nearby_sales (id, organization_id, lead_id, listing_key, sale_key, closed_from, closed_to, latitude, longitude, close_date, close_price, distance_miles, list_office_name)
                values (gen_random_uuid(), @organization, @id, @day::text, @day::text, @date, @date, 47, -122, @date, 5000, 0.5, 'Harbor Realty');
                """, new { organization = owner.OrganizationId, id, day, date = new DateOnly(2026, 1, day) }, default);
        }
        await host.Database.ExecuteAsync(
            "insert into valuations (lead_id, organization_id, outcome, checked_on, stale) values (@id, @organization, 'failed', '2026-01-04', true)",
            new { organization = owner.OrganizationId, id }, default);

        var first = await owner.GetAsync($"leads/{id}/value-history?limit=2");
        var second = await owner.GetAsync($"leads/{id}/value-history?limit=2&after={first.Text("next")}");
        Assert.Equal([3000m, 2000m, 1000m], first.Items.Concat(second.Items).Select(value => value.GetProperty("value").GetDecimal()));
        Assert.Equal([true, false, false], first.Items.Concat(second.Items).Select(value => value.GetProperty("stale").GetBoolean()));

        var sales = await owner.GetAsync($"leads/{id}/nearby-sales?limit=2");
        var more = await owner.GetAsync($"leads/{id}/nearby-sales?after={sales.Text("next")}");
        Assert.Equal(["3", "2", "1"], sales.Items.Concat(more.Items).Select(sale => sale.GetProperty("listingKey").GetString()));
        var detail = await owner.GetAsync($"leads/{id}");
        Assert.Equal((3, 3), (detail["valueHistory"].GetArrayLength(), detail["nearbySales"].GetArrayLength()));
        Assert.Equal(3000m, detail["value"].GetProperty("value").GetDecimal());
    }

    async Task<ApiClient> WithLeadsAsync(params string[] names)
    {
        var owner = await host.RegisterOwnerAsync();
        foreach (var name in names) await owner.AddLeadAsync(name, null);
        return owner;
    }

    static IEnumerable<string?> Names(Answer answer) => answer.Items.Select(lead => lead.GetProperty("name").GetString());
}
