using TwoStory.Core.Providers;
using TwoStory.Core.Providers.Geocoding;
using TwoStory.Core.Upstreams;

namespace TwoStory.Tests.Upstreams;

[Collection("upstreams")]
public sealed class GeocoderTests(TemporaryPostgres postgres)
{
    static readonly Address Home = new("1418 Alder Bend Ln", null, "Fairhollow", "CO", "80599");

    const string NoMatch = """{"result":{"input":{},"addressMatches":[]}}""";

    static string Osm(int rank, string? houseNumber = "1418", string state = "US-CO", string zip = "80599", string lat = "40.5512030") =>
        $$$"""{"lat":"{{{lat}}}","lon":"-105.0711440","place_rank":{{{rank}}},"address":{"house_number":{{{(houseNumber is null ? "null" : $"\"{houseNumber}\"")}}},"ISO3166-2-lvl4":"{{{state}}}","postcode":"{{{zip}}}"}}""";

    static string Census(string state = "CO", string zip = "80599") =>
        $$$"""{"result":{"addressMatches":[{"coordinates":{"x":-105.07,"y":40.55},"addressComponents":{"state":"{{{state}}}","zip":"{{{zip}}}"}}]}}""";

    async Task<Upstream> NewAsync(StandIn nominatim, StandIn census, params (string, string)[] settings) => new(await postgres.NewDatabaseAsync(),
        [("Upstreams:Nominatim:BaseUrl", nominatim.Url.AbsoluteUri), ("Upstreams:Census:BaseUrl", $"{census.Url}geocoder"), .. settings]);

    static Task<StandIn> Always(int status, string body) => StandIn.StartAsync((_, _) => (status, body));

    [Theory]
    [InlineData(30, "1418", LocationPrecision.Rooftop)]
    [InlineData(30, "1420", LocationPrecision.Street)]
    [InlineData(30, null, LocationPrecision.Street)]
    [InlineData(26, null, LocationPrecision.Street)]
    [InlineData(25, null, LocationPrecision.Area)]
    [InlineData(16, null, LocationPrecision.Area)]
    [InlineData(8, null, null)]
    public async Task The_rank_of_a_result_determines_its_precision(int rank, string? houseNumber, LocationPrecision? precision)
    {
        await using var nominatim = await Always(200, $"[{Osm(rank, houseNumber)}]");
        await using var census = await Always(200, NoMatch);
        await using var upstream = await NewAsync(nominatim, census);

        var place = await upstream.Get<Geocoder>().FindAsync(await upstream.NewOrganizationAsync(), Home, default);

        Assert.Equal(precision, place?.Precision);
        if (place is not null) Assert.Equal((40.551203, -105.071144, "nominatim"), (place.Latitude, place.Longitude, place.Provider));
    }

    [Theory]
    [InlineData("US-WY", "80599")]
    [InlineData("US-CO", "80521")]
    public async Task A_result_in_another_state_or_ZIP_code_is_not_the_home(string state, string zip)
    {
        await using var nominatim = await Always(200, $"[{Osm(30, state: state, zip: zip)}]");
        await using var census = await Always(200, Census(state[3..], zip));
        await using var upstream = await NewAsync(nominatim, census);

        Assert.Null(await upstream.Get<Geocoder>().FindAsync(await upstream.NewOrganizationAsync(), Home, default));
    }

    [Fact]
    public async Task Of_several_the_most_precise_acceptable_one_is_taken()
    {
        await using var nominatim = await Always(200, $"[{Osm(30, state: "US-WY", lat: "1")},{Osm(26, null, lat: "2")},{Osm(30, lat: "3")},{Osm(30, lat: "4")}]");
        await using var census = await Always(200, NoMatch);
        await using var upstream = await NewAsync(nominatim, census);

        Assert.Equal(3, (await upstream.Get<Geocoder>().FindAsync(await upstream.NewOrganizationAsync(), Home with { State = "Colorado" }, default))!.Latitude);
    }

    [Fact]
    public async Task A_known_address_is_not_geocoded_again_in_any_spelling()
    {
        await using var nominatim = await Always(200, $"[{Osm(30)}]");
        await using var census = await Always(200, NoMatch);
        await using var upstream = await NewAsync(nominatim, census);

        var organization = await upstream.NewOrganizationAsync();
        var first = await upstream.Get<Geocoder>().FindAsync(organization, Home, default);
        var second = await upstream.Get<Geocoder>().FindAsync(organization, Home with { Street = "1418 ALDER BEND LANE" }, default);

        Assert.Equal(first, second);
        Assert.Single(nominatim.Requests);
        Assert.Empty(census.Requests);
        Assert.Equal("1418 Alder Bend Ln", nominatim.Requests[0].Parameter("street"));
        Assert.StartsWith("TwoStory", nominatim.Requests[0].Headers["User-Agent"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_second_geocoder_is_used_when_the_first_fails_or_finds_only_the_area()
    {
        await using var nominatim = await StandIn.StartAsync((_, request) =>
            request.Parameter("street") == "1 Elm St" ? (200, $"[{Osm(16, null)}]") : request.Parameter("street") == "2 Elm St" ? (403, "<html>blocked</html>") : (200, "[]"));
        await using var census = await Always(200, Census());
        await using var upstream = await NewAsync(nominatim, census);

        foreach (var street in new[] { "1 Elm St", "2 Elm St", "3 Elm St" })
        {
            var place = await upstream.Get<Geocoder>().FindAsync(await upstream.NewOrganizationAsync(), Home with { Street = street }, default);
            Assert.Equal(new GeocodedPoint(40.55, -105.07, LocationPrecision.Street, "census"), place);
        }
    }

    [Fact]
    public async Task Nothing_found_is_remembered_for_a_time_and_a_failure_is_not()
    {
        await using var nominatim = await StandIn.StartAsync((_, request) => request.Parameter("street") == "1 Elm St" ? (200, "[]") : (403, "blocked"));
        await using var census = await Always(200, NoMatch);
        await using var upstream = await NewAsync(nominatim, census);
        var geocoder = upstream.Get<Geocoder>();
        var organization = await upstream.NewOrganizationAsync();

        for (var time = 0; time < 2; time++) Assert.Null(await geocoder.FindAsync(organization, Home with { Street = "1 Elm St" }, default));
        Assert.Single(nominatim.Requests);

        for (var time = 0; time < 2; time++)
        {
            var failure = await Assert.ThrowsAsync<UpstreamException>(() => geocoder.FindAsync(organization, Home with { Street = "2 Elm St" }, default));
            Assert.Equal("nominatim_access_refused", failure.Code);
        }
        Assert.Equal(3, nominatim.Requests.Count);

        await upstream.Database.ExecuteAsync("update geocode_answers set found_at = now() - interval '31 days'", null, default);
        Assert.Null(await geocoder.FindAsync(organization, Home with { Street = "1 Elm St" }, default));
        Assert.Equal(4, nominatim.Requests.Count);
    }

    [Fact]
    public async Task An_address_without_a_street_is_not_geocoded()
    {
        await using var nominatim = await Always(200, "[]");
        await using var census = await Always(200, NoMatch);
        await using var upstream = await NewAsync(nominatim, census);

        Assert.Null(await upstream.Get<Geocoder>().FindAsync(await upstream.NewOrganizationAsync(), Home with { Street = " " }, default));
        Assert.Empty(nominatim.Requests);
    }

    [Fact]
    public async Task The_order_of_geocoders_is_a_setting()
    {
        await using var nominatim = await Always(200, $"[{Osm(30)}]");
        await using var census = await Always(200, Census());
        await using var upstream = await NewAsync(nominatim, census, ("Upstreams:Geocoding:Providers", "census"));

        Assert.Equal("census", (await upstream.Get<Geocoder>().FindAsync(await upstream.NewOrganizationAsync(), Home, default))!.Provider);
        Assert.Empty(nominatim.Requests);
    }

    [Fact]
    public async Task A_wrong_address_of_one_organization_does_not_decide_the_answer_of_another()
    {
        await using var nominatim = await ColoradoOnly();
        await using var census = await Always(200, NoMatch);
        await using var upstream = await NewAsync(nominatim, census);
        var (geocoder, victim) = (upstream.Get<Geocoder>(), await upstream.NewOrganizationAsync());

        Assert.Null(await geocoder.FindAsync(await upstream.NewOrganizationAsync(), Home with { City = null, State = "AK" }, default));
        Assert.Null(await geocoder.FindAsync(victim, Home with { City = null, State = "AK" }, default));

        Assert.NotNull(await geocoder.FindAsync(victim, Home, default));
    }

    [Fact]
    public async Task An_organization_cannot_see_which_addresses_another_has()
    {
        await using var nominatim = await ColoradoOnly();
        await using var census = await Always(200, NoMatch);
        await using var upstream = await NewAsync(nominatim, census);
        var (geocoder, curious) = (upstream.Get<Geocoder>(), await upstream.NewOrganizationAsync());
        Assert.NotNull(await geocoder.FindAsync(await upstream.NewOrganizationAsync(), Home, default));

        // A stored answer, for the wrong state or without a call, would reveal that another organization has this home.
        Assert.Null(await geocoder.FindAsync(curious, Home with { City = null, State = "AK" }, default));
        Assert.NotNull(await geocoder.FindAsync(curious, Home, default));
        Assert.Equal(3, nominatim.Requests.Count);
        Assert.Equal(1, await upstream.Database.QueryFirstAsync<int>(
            "select count(*)::int from geocode_answers where organization_id = @curious and latitude is not null", new { curious }, default));
    }

    static Task<StandIn> ColoradoOnly() =>
        StandIn.StartAsync((_, request) => (200, request.Parameter("state") == "CO" ? $"[{Osm(30)}]" : "[]"));
}
