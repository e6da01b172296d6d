using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using TwoStory.Simulators.RentCast;

namespace TwoStory.Tests.Simulators;

public sealed class RentCastTests : IAsyncLifetime
{
    readonly MovedClock clock = new();
    SimulatorHost host = null!;

    public async Task InitializeAsync() => host = await SimulatorHost.StartAsync(options => options.RentCastPerSecond = null, clock);

    public async Task DisposeAsync() => await host.DisposeAsync();

    SimulatedAvm Avm => host.Service<SimulatedAvm>();

    [Fact]
    public async Task The_value_of_a_home_over_http_equals_the_value_in_process()
    {
        foreach (var home in host.World.Homes.Where((_, index) => index % 331 == 0))
        {
            var value = await ValueAsync($"address={Escape(home.Address.OneLine)}&squareFootage={home.SquareFeet}&bedrooms={home.Bedrooms}");
            Assert.Equal(Avm.ValueOn(home, host.Today).Price, value.GetProperty("price").GetDecimal());
            Assert.True(value.GetProperty("priceRangeLow").GetDecimal() < value.GetProperty("price").GetDecimal());
            Assert.True(value.GetProperty("priceRangeHigh").GetDecimal() > value.GetProperty("price").GetDecimal());
            Assert.Equal(home.Address.PostalCode, value.GetProperty("subjectProperty").GetProperty("zipCode").GetString());
            Assert.Equal(15, value.GetProperty("comparables").GetArrayLength());
        }
    }

    [Fact]
    public void About_a_third_of_all_homes_move_two_percent_or_more_in_any_week()
    {
        for (var week = 0; week < 26; week++)
        {
            var day = host.Today.AddDays(-7 * week);
            var moved = host.World.Homes.Count(home =>
            {
                var (before, after) = (Avm.ValueOn(home, day.AddDays(-7)).Price, Avm.ValueOn(home, day).Price);
                Assert.InRange(after / before, 0.9m, 1.1m);
                return Math.Abs(after / before - 1) >= 0.02m;
            });
            Assert.InRange((double)moved / host.World.Homes.Count, 0.25, 0.42);
        }
    }

    [Fact]
    public async Task Comparables_are_the_nearest_past_sales_and_never_the_home_itself()
    {
        var home = host.World.Sales.Last(sale => sale.CloseDate < host.Today.AddDays(-3)).Home;
        var comparables = (await ValueAsync($"address={Escape(home.Address.OneLine)}&compCount=5&maxRadius=1")).GetProperty("comparables").EnumerateArray().ToList();
        Assert.Equal(5, comparables.Count);
        var distances = comparables.Select(sale => sale.GetProperty("distance").GetDouble()).ToList();
        Assert.Equal(distances.Order(), distances);
        Assert.All(distances, miles => Assert.InRange(miles, 0.0001, 1));
    }

    [Fact]
    public async Task An_address_outside_of_the_world_is_valued_by_its_point_and_otherwise_has_no_data()
    {
        var point = host.World.Homes[0].Point;
        var query = string.Create(CultureInfo.InvariantCulture, $"latitude={point.Latitude + 0.001}&longitude={point.Longitude}&squareFootage=2000");
        Assert.True((await ValueAsync($"address=1 Unknown Road&{query}")).GetProperty("price").GetDecimal() > 100_000);
        Assert.True((await ValueAsync(query)).GetProperty("price").GetDecimal() > 100_000);
        foreach (var none in new[] { "address=1 Unknown Road", $"address=12 Nowhere Lane&{query}" })
        {
            using var response = await host.RentCastAsync($"avm/value?{none}");
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
            Assert.Equal("resource/not-found", (await SimulatorHost.JsonAsync(response)).GetProperty("error").GetString());
        }
    }

    [Theory]
    [InlineData("avm/value")]
    [InlineData("avm/value?latitude=47")]
    [InlineData("avm/value?address=x&compCount=4")]
    [InlineData("avm/value?address=x&daysOld=0")]
    [InlineData("avm/value?address=x&bedrooms=many")]
    [InlineData("avm/value?address=x&propertyType=Castle")]
    [InlineData("markets")]
    [InlineData("properties")]
    [InlineData("properties?zipCode=98107&limit=501")]
    public async Task A_bad_parameter_gets_rentcast_s_error_body(string query)
    {
        using var response = await host.RentCastAsync(query);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(400, (await SimulatorHost.JsonAsync(response)).GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task A_key_is_needed_and_each_key_has_its_limits()
    {
        foreach (var key in new[] { null, "real-looking" })
        {
            using var response = await host.RentCastAsync("markets?zipCode=98107", key);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Equal("auth/api-key-invalid", (await SimulatorHost.JsonAsync(response)).GetProperty("error").GetString());
        }

        (host.Options.RentCastPerSecond, host.Options.RentCastLimit) = (4, 6);
        Assert.Equal([200, 200, 200, 200, 429], await Statuses("sim-a", 5));
        Assert.Equal([200, 200], await Statuses("sim-b", 2));
        clock.Ahead = TimeSpan.FromSeconds(1);
        Assert.Equal([200, 200, 429], await Statuses("sim-a", 3));
    }

    [Fact]
    public async Task A_set_value_applies_until_it_is_cleared()
    {
        var home = host.World.Homes[5];
        async Task<decimal> Price() => (await ValueAsync($"address={Escape(home.Address.OneLine)}")).GetProperty("price").GetDecimal();
        var usual = await Price();
        await SetAsync(home.Address.OneLine.Replace("Avenue", "ave.").ToUpperInvariant(), 654_321);
        Assert.Equal(654_321, await Price());
        await SetAsync(home.Address.OneLine, null);
        Assert.Equal(usual, await Price());
        using var refused = await host.Http.PostAsJsonAsync("/simulators/values", new { value = 5 });
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Fact]
    public async Task Property_records_are_found_by_address_id_zip_code_and_point()
    {
        var home = host.World.Homes[0];
        var byAddress = (await JsonAsync($"properties?address={Escape(home.Address.OneLine)}"))[0];
        Assert.Equal(home.SquareFeet, byAddress.GetProperty("squareFootage").GetInt32());
        var byId = await JsonAsync($"properties/{Escape(byAddress.GetProperty("id").GetString()!)}");
        Assert.Equal(byAddress.GetRawText(), byId.GetRawText());
        using var page = await host.RentCastAsync("properties?zipCode=98107&limit=7&includeTotalCount=true");
        Assert.Equal(7, (await SimulatorHost.JsonAsync(page)).GetArrayLength());
        Assert.Equal(
            host.World.AllHomes.Count(one => one.Address.PostalCode == "98107"),
            int.Parse(page.Headers.GetValues("X-Total-Count").Single(), CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_zip_code_with_sales_has_market_statistics_and_another_has_none()
    {
        var sale = (await JsonAsync("markets?zipCode=98107")).GetProperty("saleData");
        Assert.True(sale.GetProperty("minPrice").GetDouble() <= sale.GetProperty("medianPrice").GetDouble());
        Assert.True(sale.GetProperty("history").EnumerateObject().Count() >= 12);
        using var none = await host.RentCastAsync("markets?zipCode=00000");
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Fact]
    public async Task The_homes_of_a_sales_file_can_be_valued_and_geocoded()
    {
        await using var county = await SimulatorHost.StartAsync(options => (options.SalesFile, options.SalesAsOf) = (SalesSample.Path, SalesSample.AsOf));
        foreach (var home in county.World.AllHomes.Where((_, index) => index % 997 == 0))
        {
            Assert.Equal(home, county.Service<SimulatedAvm>().Subject(home.Address.OneLine, null));
            Assert.True(county.Service<SimulatedAvm>().ValueOn(home, county.Today).Price > 1000);
        }
    }

    async Task<JsonElement> ValueAsync(string query) => await JsonAsync($"avm/value?{query}");

    async Task<JsonElement> JsonAsync(string query)
    {
        using var response = await host.RentCastAsync(query);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await SimulatorHost.JsonAsync(response);
    }

    async Task<List<int>> Statuses(string key, int count)
    {
        List<int> statuses = [];
        for (var turn = 0; turn < count; turn++)
        {
            using var response = await host.RentCastAsync("properties?address=" + Escape(host.World.Homes[0].Address.OneLine), key);
            statuses.Add((int)response.StatusCode);
        }

        return statuses;
    }

    async Task SetAsync(string address, decimal? value)
    {
        using var response = await host.Http.PostAsJsonAsync("/simulators/values", new { address, value });
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    static string Escape(string text) => Uri.EscapeDataString(text);
}
