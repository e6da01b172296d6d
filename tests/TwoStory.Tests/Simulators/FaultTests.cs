using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace TwoStory.Tests.Simulators;

public sealed class FaultTests : IAsyncLifetime
{
    SimulatorHost host = null!;

    public async Task InitializeAsync() => host = await SimulatorHost.StartAsync();

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_status_fault_occurs_as_often_as_configured_with_the_provider_s_body(int status)
    {
        foreach (var provider in new[] { "spark", "rentCast", "nominatim", "census", "resend" })
        {
            await host.FaultAsync(new { provider, fault = "status", status, count = 2, retryAfterSeconds = 7 });
        }

        for (var turn = 0; turn < 2; turn++)
        {
            await AssertFails(status, Spark(), body => body.TryGetProperty("D", out _) || body.TryGetProperty("error", out _));
            await AssertFails(status, RentCast(), body => body.GetProperty("status").GetInt32() == status);
            await AssertFails(status, Nominatim(), status is 403 or 429 ? null : body => body.TryGetProperty("error", out _));
            await AssertFails(status, Census(), body => body.TryGetProperty("errors", out _));
            await AssertFails(status, Send(), body => body.GetProperty("statusCode").GetInt32() == status);
        }

        foreach (var request in new[] { Spark(), RentCast(), Nominatim(), Census(), Send() })
        {
            using var response = await request;
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Fact]
    public async Task A_status_fault_can_have_the_provider_s_code_and_no_retry_after()
    {
        await host.FaultAsync(new { provider = "spark", fault = "status", status = 503, code = "1515" });
        await host.FaultAsync(new { provider = "resend", fault = "status", status = 429, code = "daily_quota_exceeded" });
        using var spark = await Spark();
        Assert.Equal(1515, (await SimulatorHost.JsonAsync(spark)).GetProperty("D").GetProperty("Code").GetInt32());
        Assert.Null(spark.Headers.RetryAfter);
        using var mail = await Send();
        Assert.Equal("daily_quota_exceeded", (await SimulatorHost.JsonAsync(mail)).GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_fault_strikes_only_the_credential_and_the_path_it_names()
    {
        await host.FaultAsync(new { provider = "spark", fault = "status", status = 500, credential = "sim-idx-a" });
        await host.FaultAsync(new { provider = "spark", fault = "status", status = 503, pathContains = "City eq 'Kent'" });
        Assert.Equal(HttpStatusCode.InternalServerError, (await host.SparkAsync("Property", "sim-idx-abc")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.SparkAsync("Property", "sim-idx-b")).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await host.SparkAsync("Property?$filter=City%20eq%20%27Kent%27", "sim-idx-b")).StatusCode);
    }

    [Fact]
    public async Task The_chaos_profile_sets_faults_for_all_providers_or_one_and_takes_nothing_else()
    {
        using var one = await host.Http.PostAsJsonAsync("/simulators/faults", new { profile = "chaos", provider = "rentCast", seed = 7 });
        var faults = (await SimulatorHost.JsonAsync(one)).EnumerateArray().Select(fault => fault.GetProperty("setting")).ToList();
        Assert.Equal(HttpStatusCode.Created, one.StatusCode);
        Assert.All(faults, fault => Assert.Equal("rentCast", fault.GetProperty("provider").GetString()));
        // Each fault applies to the requests that the earlier ones left: together 18 of 100 requests fail.
        Assert.Equal(0.18, 1 - faults.Aggregate(1.0, (left, fault) => left * (1 - fault.GetProperty("probability").GetDouble())), 6);
        using var all = await host.Http.PostAsJsonAsync("/simulators/faults", new { profile = "chaos" });
        Assert.Equal((5 * 5) + 2, (await SimulatorHost.JsonAsync(all)).GetArrayLength());
        foreach (var wrong in new object[] { new { profile = "storm" }, new { profile = "chaos", fault = "reset" }, new { profile = "chaos", provider = "zillow" } })
        {
            using var refused = await host.Http.PostAsJsonAsync("/simulators/faults", wrong);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }
    }

    [Fact]
    public async Task A_token_that_expires_before_its_time_stays_expired_and_the_next_one_is_good()
    {
        await host.FaultAsync(new { provider = "spark", fault = "expiredToken", count = 1 });
        var token = await GrantAsync();
        for (var turn = 0; turn < 2; turn++)
        {
            using var refused = await host.SparkAsync("Property", token);
            Assert.Equal((HttpStatusCode.Unauthorized, 1020), (refused.StatusCode, (await SimulatorHost.JsonAsync(refused)).GetProperty("D").GetProperty("Code").GetInt32()));
        }
        using var good = await host.SparkAsync("Property", await GrantAsync());
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);

        async Task<string> GrantAsync()
        {
            using var granted = await host.Http.PostAsJsonAsync(
                "/simulators/spark/v1/oauth2/grant", new { grant_type = "client_credentials", client_id = "sim-client", client_secret = "a-secret" });
            return (await SimulatorHost.JsonAsync(granted)).GetProperty("access_token").GetString()!;
        }
    }

    [Fact]
    public async Task A_stalled_connection_stays_open_until_the_client_closes_it()
    {
        await host.FaultAsync(new { provider = "spark", fault = "stall", count = 1 });
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(0.3));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => host.Http.GetAsync("/simulators/spark/x", patience.Token));
        await host.FaultAsync(new { provider = "spark", fault = "stall", count = 1, seconds = 0.1 });
        await Assert.ThrowsAsync<HttpRequestException>(Spark);
    }

    [Fact]
    public async Task A_stalled_connection_does_not_delay_the_shutdown_of_the_host()
    {
        var other = await SimulatorHost.StartAsync();
        await other.FaultAsync(new { provider = "spark", fault = "stall" });
        var stalled = other.SparkAsync("Property");
        while ((await other.CallsAsync("spark")).GetProperty("total").GetInt32() == 0)
        {
            await Task.Delay(10);
        }

        await other.DisposeAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => stalled);
    }

    [Fact]
    public async Task A_connection_that_is_reset_breaks_before_any_answer()
    {
        await host.FaultAsync(new { provider = "spark", fault = "reset", count = 1 });
        await Assert.ThrowsAsync<HttpRequestException>(Spark);
        Assert.Equal(HttpStatusCode.OK, (await Spark()).StatusCode);
    }

    [Fact]
    public async Task A_reset_after_the_work_loses_only_the_answer()
    {
        await host.FaultAsync(new { provider = "resend", fault = "reset", after = true, count = 1 });
        await Assert.ThrowsAsync<HttpRequestException>(Send);
        Assert.Equal(1, (await host.Http.GetFromJsonAsync<JsonElement>("/mailbox.json")).GetArrayLength());
        await host.FaultAsync(new { provider = "resend", fault = "reset", count = 1 });
        await Assert.ThrowsAsync<HttpRequestException>(Send);
        Assert.Equal(1, (await host.Http.GetFromJsonAsync<JsonElement>("/mailbox.json")).GetArrayLength());
    }

    [Fact]
    public async Task A_truncated_answer_has_its_headers_but_only_half_of_its_body()
    {
        await host.FaultAsync(new { provider = "spark", fault = "truncated", count = 1 });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/simulators/spark/Version/3/Reso/OData/Property");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer sim-idx-a");
        using var response = await host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.NotNull(response.Content.Headers.ContentLength);
        await Assert.ThrowsAnyAsync<Exception>(() => response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task An_answer_that_is_not_json_is_a_web_page_with_status_200()
    {
        await host.FaultAsync(new { provider = "rentCast", fault = "notJson" });
        using var response = await RentCast();
        Assert.Equal((HttpStatusCode.OK, "text/html"), (response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        Assert.StartsWith("<html>", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Duplicate_rows_repeat_the_rows_of_the_page()
    {
        var plain = await Keys("Property?$top=5");
        await host.FaultAsync(new { provider = "spark", fault = "duplicateRows" });
        Assert.Equal([.. plain, .. plain], await Keys("Property?$top=5"));
    }

    [Fact]
    public async Task A_repeated_page_comes_once_more_or_for_ever()
    {
        await host.FaultAsync(new { provider = "spark", fault = "repeatPage", count = 1 });
        var first = await host.SparkJsonAsync("Property?$top=5");
        var again = await host.SparkJsonAsync(Next(first));
        Assert.Equal(Keys(first), Keys(again));
        Assert.NotEqual(Keys(first), Keys(await host.SparkJsonAsync(Next(again))));

        await host.FaultAsync(new { provider = "spark", fault = "repeatPage" });
        var page = await host.SparkJsonAsync("Property?$top=5");
        for (var turn = 0; turn < 5; turn++)
        {
            page = await host.SparkJsonAsync(Next(page));
            Assert.Equal(Keys(first), Keys(page));
        }
    }

    [Fact]
    public async Task A_foreign_link_leads_to_another_host()
    {
        await host.FaultAsync(new { provider = "spark", fault = "foreignNextLink", count = 1 });
        Assert.Equal("127.0.0.2", new Uri(Next(await host.SparkJsonAsync("Property?$top=5"))).Host);
    }

    [Fact]
    public async Task Odd_rows_follow_the_real_ones_and_each_has_something_that_no_sale_may_have()
    {
        await host.FaultAsync(new { provider = "spark", fault = "nullValues", count = 1 });
        var rows = (await host.SparkJsonAsync("Property?$top=5")).GetProperty("value").EnumerateArray().ToList();
        Assert.True(rows.Count > 12);
        Assert.All(rows.Take(5), row => Assert.False(IsOdd(row)));
        Assert.All(rows.Skip(5), row => Assert.True(IsOdd(row)));
        Assert.Equal(5, (await host.SparkJsonAsync("Property?$top=5")).GetProperty("value").GetArrayLength());
    }

    [Fact]
    public async Task Chance_follows_the_seed()
    {
        async Task<string> Run(int seed)
        {
            await host.Http.DeleteAsync("/simulators/faults");
            await host.FaultAsync(new { provider = "census", fault = "status", status = 500, probability = 0.5, seed });
            var outcome = "";
            for (var turn = 0; turn < 24; turn++)
            {
                using var response = await Census();
                outcome += response.IsSuccessStatusCode ? '.' : 'x';
            }

            return outcome;
        }

        var run = await Run(1);
        Assert.Contains('.', run);
        Assert.Contains('x', run);
        Assert.Equal(run, await Run(1));
        Assert.NotEqual(run, await Run(2));
    }

    [Fact]
    public async Task Faults_are_listed_with_their_strikes_and_can_be_cleared()
    {
        await host.FaultAsync(new { provider = "spark", fault = "latency", milliseconds = 5 });
        await host.FaultAsync(new { provider = "spark", fault = "status", status = 503, count = 9 });
        using (await Spark())
        {
            var faults = (await host.Http.GetFromJsonAsync<JsonElement>("/simulators/faults")).EnumerateArray().ToList();
            Assert.Equal([1, 1], faults.Select(fault => fault.GetProperty("struck").GetInt32()));
            Assert.Equal("status", faults[1].GetProperty("setting").GetProperty("fault").GetString());
        }

        await host.Http.DeleteAsync("/simulators/faults");
        Assert.Equal(0, (await host.Http.GetFromJsonAsync<JsonElement>("/simulators/faults")).GetArrayLength());
        Assert.Equal(HttpStatusCode.OK, (await Spark()).StatusCode);
    }

    [Theory]
    [InlineData("""{ "fault": "stall" }""")]
    [InlineData("""{ "provider": "zillow", "fault": "stall" }""")]
    [InlineData("""{ "provider": "spark" }""")]
    [InlineData("""{ "provider": "spark", "fault": "explode" }""")]
    [InlineData("""{ "provider": "spark", "fault": "status" }""")]
    [InlineData("""{ "provider": "spark", "fault": "status", "status": 200 }""")]
    [InlineData("""{ "provider": "spark", "fault": "latency" }""")]
    [InlineData("""{ "provider": "spark", "fault": "stall", "probability": 1.5 }""")]
    [InlineData("""{ "provider": "spark", "fault": "stall", "count": 0 }""")]
    [InlineData("""{ "provider": "rentCast", "fault": "duplicateRows" }""")]
    [InlineData("""{ "provider": "spark", "fault": "stall", "tyop": 1 }""")]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("")]
    public async Task A_fault_that_makes_no_sense_is_refused_in_one_line(string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await host.Http.PostAsync("/simulators/faults", content);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var text = await response.Content.ReadAsStringAsync();
        Assert.NotEqual("", text.Trim());
        Assert.DoesNotContain('\n', text.TrimEnd('\n'));
    }

    static bool IsOdd(JsonElement row) =>
        !row.TryGetProperty("ListingKey", out var key) || key.GetString() is not { Length: 26 }
        || row.GetProperty("StandardStatus").GetString() != "Closed"
        || !DateOnly.TryParseExact(row.GetProperty("CloseDate").GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
        || date > DateOnly.FromDateTime(DateTime.UtcNow)
        || row.GetProperty("ClosePrice") is not { ValueKind: JsonValueKind.Number } price || price.GetDecimal() <= 0
        || row.GetProperty("Latitude") is not { ValueKind: JsonValueKind.Number } latitude || latitude.GetDouble() is 0 or > 90;

    static async Task AssertFails(int status, Task<HttpResponseMessage> request, Func<JsonElement, bool>? body)
    {
        using var response = await request;
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(7), response.Headers.RetryAfter!.Delta);
        if (body is not null)
        {
            Assert.True(body(await SimulatorHost.JsonAsync(response)));
        }
    }

    async Task<List<string>> Keys(string query) => Keys(await host.SparkJsonAsync(query));

    static List<string> Keys(JsonElement page) =>
        [.. page.GetProperty("value").EnumerateArray().Select(row => row.GetProperty("ListingKey").GetString()!)];

    static string Next(JsonElement page) => page.GetProperty("@odata.nextLink").GetString()!;

    Task<HttpResponseMessage> Spark() => host.SparkAsync("Property?$top=1");

    Task<HttpResponseMessage> RentCast() =>
        host.RentCastAsync($"avm/value?address={Uri.EscapeDataString(host.World.Homes[0].Address.OneLine)}");

    Task<HttpResponseMessage> Nominatim() =>
        host.SendAsync(HttpMethod.Get, "/simulators/nominatim/search?q=x", headers: ("User-Agent", "tests"));

    Task<HttpResponseMessage> Census() =>
        host.SendAsync(HttpMethod.Get, "/simulators/census/geocoder/locations/onelineaddress?address=x&benchmark=4");

    Task<HttpResponseMessage> Send() => host.SendAsync(
        HttpMethod.Post, "/emails", "re_test", new { from = "a@example.invalid", to = "b@example.invalid", subject = "s", text = "t" });
}
