using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace TwoStory.Tests.Simulators;

public sealed class SparkRefusalTests : IAsyncLifetime
{
    readonly MovedClock clock = new();
    SimulatorHost host = null!;

    public async Task InitializeAsync() => host = await SimulatorHost.StartAsync(time: clock);

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Theory]
    [InlineData("Property?$filter=CloseDat ge 2026-01-01")]
    [InlineData("Property?$filter=CloseDate ge")]
    [InlineData("Property?$top=-1")]
    [InlineData("Property?$select=ListingKey,Nonsense")]
    [InlineData("Property?$orderby=Nonsense")]
    [InlineData("Property?$skiptoken=!!")]
    [InlineData("Property?$count=maybe")]
    public async Task A_query_that_cannot_be_understood_gets_the_odata_error_body(string query)
    {
        using var response = await host.SparkAsync(query);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var error = (await SimulatorHost.JsonAsync(response)).GetProperty("error");
        Assert.Equal(400, error.GetProperty("code").GetInt32());
        Assert.NotEqual("", error.GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("idx-1")]
    [InlineData(null)]
    public async Task A_token_that_is_none_of_ours_is_refused(string? token)
    {
        foreach (var path in new[] { "Property", "Property('1')", "$metadata" })
        {
            using var response = await host.SendAsync(HttpMethod.Get, $"/simulators/spark/Version/3/Reso/OData/{path}", token);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Equal(401, (await SimulatorHost.JsonAsync(response)).GetProperty("error").GetProperty("code").GetInt32());
        }
    }

    [Fact]
    public async Task The_older_oauth_scheme_is_accepted()
    {
        using var response = await host.SendAsync(
            HttpMethod.Get, "/simulators/spark/Version/3/Reso/OData/Property", headers: ("Authorization", "OAuth sim-idx-x"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Each_token_has_its_own_limit_and_surplus_requests_get_code_1550_without_retry_after()
    {
        (host.Options.SparkIdxLimit, host.Options.SparkVowLimit) = (3, 5);
        Assert.Equal([200, 200, 200, 429, 429], await Statuses("sim-idx-one", 5));
        Assert.Equal([200, 200, 200, 429], await Statuses("sim-idx-two", 4));
        Assert.Equal([200, 200, 200, 200, 200, 429], await Statuses("sim-vow-one", 6));
        using var refused = await host.SparkAsync("Property", "sim-idx-one");
        Assert.Null(refused.Headers.RetryAfter);
        Assert.Equal(1550, Code(await SimulatorHost.JsonAsync(refused)));
    }

    [Fact]
    public async Task A_limit_frees_itself_when_its_window_has_passed()
    {
        host.Options.SparkIdxLimit = 2;
        Assert.Equal([200], await Statuses("sim-idx-a", 1));
        clock.Ahead = TimeSpan.FromMinutes(3);
        Assert.Equal([200, 429], await Statuses("sim-idx-a", 2));
        clock.Ahead = TimeSpan.FromMinutes(5);
        Assert.Equal([200, 429], await Statuses("sim-idx-a", 2));
        Assert.Equal(4, (await host.CallsAsync("spark")).GetProperty("peakInWindow").GetInt32());
    }

    [Fact]
    public async Task A_filter_that_is_too_long_or_has_too_many_polygons_is_refused_with_its_code()
    {
        host.Options.SparkMaxFilterLength = 300;
        host.Options.SparkMaxPolygons = 1;
        const string Area = "geo.intersects(Location, geography'POLYGON((-1 47,-2 47,-2 48,-1 47))')";
        using var one = await host.SparkAsync($"Property?$filter={Area}");
        Assert.Equal(HttpStatusCode.OK, one.StatusCode);
        using var two = await host.SparkAsync($"Property?$filter={Area} or {Area}");
        Assert.Equal((HttpStatusCode.BadRequest, 1040), (two.StatusCode, Code(await SimulatorHost.JsonAsync(two))));
        using var longer = await host.SparkAsync($"Property?$filter=City eq '{new string('x', 300)}'");
        Assert.Equal((HttpStatusCode.BadRequest, 1041), (longer.StatusCode, Code(await SimulatorHost.JsonAsync(longer))));
    }

    [Fact]
    public async Task An_issued_token_works_until_it_expires_and_then_gets_code_1020()
    {
        var token = (await Grant(new { grant_type = "client_credentials", client_id = "sim-client", client_secret = "s" }))
            .GetProperty("access_token").GetString()!;
        Assert.StartsWith("sim-idx-", token, StringComparison.Ordinal);
        Assert.Equal([200], await Statuses(token, 1));
        clock.Ahead = TimeSpan.FromDays(1.01);
        using var expired = await host.SparkAsync("Property", token);
        Assert.Equal((HttpStatusCode.Unauthorized, 1020), (expired.StatusCode, Code(await SimulatorHost.JsonAsync(expired))));
    }

    [Fact]
    public async Task Two_tokens_of_one_client_share_its_limit()
    {
        host.Options.SparkIdxLimit = 3;
        var client = new { grant_type = "client_credentials", client_id = "sim-client", client_secret = "s" };
        var (one, other) = ((await Grant(client)).GetProperty("access_token").GetString()!, (await Grant(client)).GetProperty("access_token").GetString()!);
        Assert.NotEqual(one, other);
        Assert.Equal([200, 200], await Statuses(one, 2));
        Assert.Equal([200, 429], await Statuses(other, 2));
    }

    [Fact]
    public async Task A_refresh_token_works_once_and_brings_the_next()
    {
        object Refresh(string token) => new { grant_type = "refresh_token", client_id = "sim-c", client_secret = "s", refresh_token = token };
        var first = await Grant(Refresh("sim-refresh-start"));
        var second = await Grant(Refresh(first.GetProperty("refresh_token").GetString()!));
        Assert.Equal(86400, second.GetProperty("expires_in").GetInt32());
        using var reused = await host.Http.PostAsJsonAsync("/simulators/spark/v1/oauth2/grant", Refresh("sim-refresh-start"));
        Assert.Equal(HttpStatusCode.BadRequest, reused.StatusCode);
        Assert.Equal("invalid_grant", (await SimulatorHost.JsonAsync(reused)).GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_grant_is_given_for_a_form_and_refused_for_a_wrong_secret_or_an_unknown_grant()
    {
        async Task<int> Form(params (string, string)[] fields)
        {
            using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Item1, field.Item2)));
            using var response = await host.Http.PostAsync("/simulators/spark/v1/oauth2/grant", form);
            return (int)response.StatusCode;
        }

        Assert.Equal(200, await Form(("grant_type", "client_credentials"), ("client_id", "sim-x"), ("client_secret", "s")));
        Assert.Equal(401, await Form(("grant_type", "client_credentials"), ("client_id", "sim-x"), ("client_secret", "wrong")));
        Assert.Equal(401, await Form(("grant_type", "client_credentials"), ("client_id", "stranger"), ("client_secret", "s")));
        Assert.Equal(400, await Form(("grant_type", "password"), ("client_id", "sim-x"), ("client_secret", "s")));
    }

    async Task<JsonElement> Grant(object body)
    {
        using var response = await host.Http.PostAsJsonAsync("/simulators/spark/v1/oauth2/grant", body);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await SimulatorHost.JsonAsync(response);
    }

    async Task<List<int>> Statuses(string token, int count)
    {
        List<int> statuses = [];
        for (var turn = 0; turn < count; turn++)
        {
            using var response = await host.SparkAsync("Property?$top=1", token);
            statuses.Add((int)response.StatusCode);
        }

        return statuses;
    }

    static int Code(JsonElement body) => body.GetProperty("D").GetProperty("Code").GetInt32();
}
