using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace TwoStory.Tests.Simulators;

public sealed class MailboxTests : IAsyncLifetime
{
    readonly MovedClock clock = new();
    readonly string folder = Directory.CreateTempSubdirectory("twostory-mail-").FullName;
    SimulatorHost host = null!;

    public async Task InitializeAsync() => host = await SimulatorHost.StartAsync(options => options.MailboxFolder = folder, clock);

    public async Task DisposeAsync()
    {
        await host.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task The_same_request_with_the_same_key_brings_one_mail_and_the_first_answer()
    {
        var first = await Json(SendAsync(Mail("Hello"), "digest/1"));
        var again = await Json(SendAsync(Mail("Hello"), "digest/1"));
        Assert.Equal(first.GetRawText(), again.GetRawText());
        Assert.Single(await AllAsync());
        await Json(SendAsync(Mail("Hello")));
        await Json(SendAsync(Mail("Hello"), "digest/2"));
        Assert.Equal(3, (await AllAsync()).Count);
    }

    [Fact]
    public async Task The_same_key_with_another_payload_is_refused_until_a_day_has_passed()
    {
        await Json(SendAsync(Mail("Hello"), "digest/1"));
        await AssertRefused(SendAsync(Mail("Changed"), "digest/1"), 409, "invalid_idempotent_request");
        clock.Ahead = TimeSpan.FromHours(24.1);
        await Json(SendAsync(Mail("Changed"), "digest/1"));
        Assert.Equal(2, (await AllAsync()).Count);
    }

    [Fact]
    public async Task Many_senders_with_one_key_at_once_bring_one_mail()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Json(SendAsync(Mail("Hello"), "digest/1"))));
        Assert.Single(answers.Select(answer => answer.GetRawText()).Distinct());
        Assert.Single(await AllAsync());
    }

    [Fact]
    public async Task A_batch_answers_its_ids_in_order_and_is_repeated_as_a_whole()
    {
        object[] batch = [Mail("One"), Mail("Two"), Mail("Three")];
        var first = await Json(SendAsync(batch, "batch/1", "/emails/batch"));
        var again = await Json(SendAsync(batch, "batch/1", "/emails/batch"));
        Assert.Equal(first.GetRawText(), again.GetRawText());
        var ids = first.GetProperty("data").EnumerateArray().Select(mail => mail.GetProperty("id").GetString()).ToList();
        var all = await AllAsync();
        Assert.Equal(["Three", "Two", "One"], all.Select(mail => mail.GetProperty("subject").GetString()));
        Assert.Equal(ids, all.Select(mail => mail.GetProperty("id").GetString()).Reverse());
    }

    [Fact]
    public async Task A_batch_with_one_bad_mail_or_more_than_a_hundred_brings_none()
    {
        await AssertRefused(SendAsync(new[] { Mail("One"), new { subject = "no recipient" } }, path: "/emails/batch"), 422, "missing_required_field");
        await AssertRefused(SendAsync(Enumerable.Repeat(Mail("x"), 101), path: "/emails/batch"), 422, "validation_error");
        await AssertRefused(SendAsync(Array.Empty<object>(), path: "/emails/batch"), 422, "validation_error");
        Assert.Empty(await AllAsync());
    }

    [Theory]
    [InlineData("""{ "to": "b@x.invalid", "subject": "s", "text": "t" }""", "missing_required_field")]
    [InlineData("""{ "from": "a@x.invalid", "subject": "s", "text": "t" }""", "missing_required_field")]
    [InlineData("""{ "from": "a@x.invalid", "to": "b@x.invalid", "text": "t" }""", "missing_required_field")]
    [InlineData("""{ "from": "a@x.invalid", "to": "b@x.invalid", "subject": "s" }""", "missing_required_field")]
    [InlineData("""{ "from": "a@x.invalid", "to": "invalid", "subject": "s", "text": "t" }""", "validation_error")]
    [InlineData("""{ "from": "a@x.invalid", "to": "b@x.invalid", "subject": "s", "text": "t", "tags": [{ "name": "a b", "value": "c" }] }""", "validation_error")]
    public async Task A_mail_that_resend_would_not_take_is_refused(string body, string name) =>
        await AssertRefused(SendAsync(JsonDocument.Parse(body).RootElement), 422, name);

    [Fact]
    public async Task A_key_is_needed_and_an_idempotency_key_has_at_most_256_characters()
    {
        await AssertRefused(host.SendAsync(HttpMethod.Post, "/emails", null, Mail("Hello")), 401, "missing_api_key");
        await AssertRefused(SendAsync(Mail("Hello"), new string('k', 257)), 400, "invalid_idempotency_key");
        await Json(SendAsync(Mail("Hello"), new string('k', 256)));
    }

    [Fact]
    public async Task The_limit_is_in_the_headers_and_a_429_has_retry_after()
    {
        (host.Options.ResendLimit, host.Options.ResendWindow) = (2, TimeSpan.FromSeconds(30));
        using var first = await SendAsync(Mail("One"));
        Assert.Equal("2", first.Headers.GetValues("ratelimit-limit").Single());
        Assert.Equal("1", first.Headers.GetValues("ratelimit-remaining").Single());
        await Json(SendAsync(Mail("Two")));
        using var refused = await SendAsync(Mail("Three"));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 30);
        Assert.Equal("rate_limit_exceeded", (await SimulatorHost.JsonAsync(refused)).GetProperty("name").GetString());
        Assert.Equal(2, (await AllAsync()).Count);
    }

    [Fact]
    public async Task A_mail_is_kept_as_it_was_sent_for_tools_and_can_be_retrieved()
    {
        var id = (await Json(SendAsync(Mail("Hello"), "digest/1"))).GetProperty("id").GetString();
        await Json(SendAsync(Mail("Other", "else@example.invalid")));
        var mail = Assert.Single(await AllAsync("?to=client@"));
        Assert.Equal("digest/1", mail.GetProperty("idempotencyKey").GetString());
        Assert.Equal("client@example.invalid", mail.GetProperty("to")[0].GetString());
        Assert.Equal("yes", mail.GetProperty("headers").GetProperty("X-Test").GetString());
        Assert.Equal("nearby_sale", mail.GetProperty("tags")[0].GetProperty("value").GetString());
        Assert.True(mail.GetProperty("receivedAt").GetDateTimeOffset() <= DateTimeOffset.UtcNow);
        using var retrieved = await host.SendAsync(HttpMethod.Get, $"/emails/{id}", "re_test");
        Assert.Equal("Hello", (await SimulatorHost.JsonAsync(retrieved)).GetProperty("subject").GetString());
        await AssertRefused(host.SendAsync(HttpMethod.Get, $"/emails/{Guid.NewGuid()}", "re_test"), 404, "not_found");
    }

    [Fact]
    public async Task The_pages_show_the_mail_and_let_none_of_its_markup_out_of_its_frame()
    {
        var id = (await Json(SendAsync(Mail("<script>alert(1)</script>")))).GetProperty("id").GetString();
        var list = await host.Http.GetStringAsync("/mailbox");
        using var response = await host.Http.GetAsync($"/mailbox/{id}");
        var page = await response.Content.ReadAsStringAsync();
        Assert.Contains($"/mailbox/{id}", list, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", list + page, StringComparison.Ordinal);
        Assert.Contains("sandbox=\"allow-popups allow-popups-to-escape-sandbox\"", page, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Http.GetAsync($"/mailbox/{Guid.NewGuid()}")).StatusCode);
    }

    [Fact]
    public async Task A_second_start_shows_the_mail_of_the_first_and_remembers_its_keys()
    {
        object[] batch = [Mail("One"), Mail("Two")];
        var first = await Json(SendAsync(batch, "batch/1", "/emails/batch"));
        await File.WriteAllTextAsync(Path.Combine(folder, "broken.json"), "{");
        await using var second = await SimulatorHost.StartAsync(options => options.MailboxFolder = folder);
        var again = await Json(second.SendAsync(HttpMethod.Post, "/emails/batch", "re_test", batch, ("Idempotency-Key", "batch/1")));
        Assert.Equal(first.GetRawText(), again.GetRawText());
        Assert.Equal(2, (await second.Http.GetFromJsonAsync<JsonElement>("/mailbox.json")).GetArrayLength());
    }

    static object Mail(string subject, string to = "client@example.invalid") => new
    {
        from = "TwoStory <updates@mail.example.invalid>",
        to = new[] { to },
        subject,
        html = "<p>Hello</p><script>alert(1)</script>",
        text = "Hello",
        headers = new Dictionary<string, string> { ["X-Test"] = "yes" },
        tags = new[] { new { name = "kind", value = "nearby_sale" } },
    };

    Task<HttpResponseMessage> SendAsync(object body, string? key = null, string path = "/emails") =>
        host.SendAsync(HttpMethod.Post, path, "re_test", body, key is null ? [] : [("Idempotency-Key", key)]);

    async Task<List<JsonElement>> AllAsync(string query = "") =>
        [.. (await host.Http.GetFromJsonAsync<JsonElement>($"/mailbox.json{query}")).EnumerateArray()];

    static async Task<JsonElement> Json(Task<HttpResponseMessage> request)
    {
        using var response = await request;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await SimulatorHost.JsonAsync(response);
    }

    static async Task AssertRefused(Task<HttpResponseMessage> request, int status, string name)
    {
        using var response = await request;
        Assert.Equal(status, (int)response.StatusCode);
        var body = await SimulatorHost.JsonAsync(response);
        Assert.Equal((status, name), (body.GetProperty("statusCode").GetInt32(), body.GetProperty("name").GetString()));
    }
}
