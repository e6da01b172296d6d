using System.Globalization;
using System.Net;
using System.Text.Json;
using TwoStory.Simulators.World;

namespace TwoStory.Tests.Simulators;

public sealed class GeocoderTests : IAsyncLifetime
{
    SimulatorHost host = null!;

    public async Task InitializeAsync() => host = await SimulatorHost.StartAsync();

    public async Task DisposeAsync() => await host.DisposeAsync();

    Home Home => host.World.Homes.First(home => home.Address.StreetName.ToString() == "Stone Way N");

    [Fact]
    public async Task Every_home_is_found_at_its_rooftop_by_both_geocoders()
    {
        foreach (var home in host.World.AllHomes.Where((_, index) => index % 151 == 0))
        {
            var place = Assert.Single(await SearchAsync($"q={Escape(home.Address.OneLine)}&addressdetails=1"));
            Assert.Equal(30, place.GetProperty("place_rank").GetInt32());
            Assert.Equal(home.Point.Latitude, double.Parse(place.GetProperty("lat").GetString()!, CultureInfo.InvariantCulture), 6);
            Assert.Equal(home.Address.PostalCode, place.GetProperty("address").GetProperty("postcode").GetString());
            var match = Assert.Single(await CensusAsync($"onelineaddress?address={Escape(home.Address.OneLine)}"));
            Assert.Equal(home.Point.Longitude, match.GetProperty("coordinates").GetProperty("x").GetDouble());
        }
    }

    [Fact]
    public async Task Case_punctuation_abbreviations_and_missing_parts_do_not_matter()
    {
        var number = Home.Address.Number;
        string[] spellings =
        [
            $"{number} stone way north, seattle, wa 98103", $"{number} STONE WAY N., Seattle, Washington, 98103-1234, United States",
            $"{number} Stone Way N Apt 3, Seattle WA", $"{number} Stone Way N #3 Seattle", $"{number} Stone Way N, 98103, USA",
        ];
        foreach (var spelling in spellings)
        {
            Assert.Single(await SearchAsync($"q={Escape(spelling)}"));
        }

        Assert.Single(await SearchAsync($"street={number}+Stone+Way+North&city=Seattle&state=WA&postalcode=98103&country=us"));
        Assert.Single(await CensusAsync($"address?street={number}+Stone+Way+N&city=Seattle&state=WA&zip=98103"));
    }

    [Fact]
    public async Task A_known_street_without_the_number_is_found_as_a_street()
    {
        var place = Assert.Single(await SearchAsync("q=99999 Stone Way N, Seattle, WA"));
        Assert.Equal((26, "road"), (place.GetProperty("place_rank").GetInt32(), place.GetProperty("addresstype").GetString()));
        Assert.Empty(await CensusAsync("onelineaddress?address=99999 Stone Way N, Seattle, WA"));
    }

    [Theory]
    [InlineData("1418 Alder Bend Lane, Fairhollow, CO 80599")]
    [InlineData("1 Stone Way N, Portland, OR")]
    [InlineData("3400 Stone Way N, Seattle, CO")]
    [InlineData("x")]
    public async Task Unknown_addresses_are_not_found(string address)
    {
        Assert.Empty(await SearchAsync($"q={Escape(address)}"));
        Assert.Empty(await CensusAsync($"onelineaddress?address={Escape(address)}"));
    }

    [Fact]
    public async Task Nominatim_wants_a_user_agent_one_kind_of_query_and_one_request_in_its_window()
    {
        Assert.Equal(HttpStatusCode.Forbidden, (await host.SendAsync(HttpMethod.Get, Search + "q=x")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await GetAsync("q=x&city=Seattle")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await GetAsync("")).StatusCode);
        (host.Options.NominatimLimit, host.Options.NominatimWindow) = (1, TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("q=x")).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await GetAsync("q=x")).StatusCode);
    }

    [Fact]
    public async Task Census_wants_an_address_and_a_benchmark()
    {
        foreach (var query in new[] { "onelineaddress?address=x", "onelineaddress?benchmark=4", "address?city=Seattle&benchmark=4" })
        {
            using var response = await host.Http.GetAsync($"/simulators/census/geocoder/locations/{query}");
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        }
    }

    const string Search = "/simulators/nominatim/search?format=jsonv2&countrycodes=us&";

    Task<HttpResponseMessage> GetAsync(string query) => host.SendAsync(HttpMethod.Get, Search + query, headers: ("User-Agent", "TwoStory tests"));

    async Task<List<JsonElement>> SearchAsync(string query)
    {
        using var response = await GetAsync(query);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return [.. (await SimulatorHost.JsonAsync(response)).EnumerateArray()];
    }

    async Task<List<JsonElement>> CensusAsync(string query)
    {
        using var response = await host.Http.GetAsync($"/simulators/census/geocoder/locations/{query}&benchmark=Public_AR_Current&format=json");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return [.. (await SimulatorHost.JsonAsync(response)).GetProperty("result").GetProperty("addressMatches").EnumerateArray()];
    }

    static string Escape(string text) => Uri.EscapeDataString(text);
}
