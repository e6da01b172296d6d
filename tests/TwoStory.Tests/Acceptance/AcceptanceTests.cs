using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Acceptance;

/// <summary>
/// The workflow of a brokerage over HTTP, against any host: <c>TWOSTORY_BASE_URL</c> names it, and
/// <c>TWOSTORY_SIMULATORS_URL</c> its simulators (by default the host itself). Without them the one-machine host is started here.
/// </summary>
public sealed class AcceptanceTests : IAsyncLifetime, IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    readonly string email = $"owner-{Guid.NewGuid():N}@acceptance.example";
    TestHost? host;
    HttpClient api = null!;
    HttpClient simulators = null!;

    public async Task InitializeAsync()
    {
        var given = Environment.GetEnvironmentVariable("TWOSTORY_BASE_URL");
        if (string.IsNullOrEmpty(given)) host = await TestHost.StartAsync();
        var address = host?.Client.BaseAddress ?? new Uri(given!);
        api = new HttpClient { BaseAddress = address };
        simulators = new HttpClient { BaseAddress = Environment.GetEnvironmentVariable("TWOSTORY_SIMULATORS_URL") is { Length: > 0 } other ? new Uri(other) : address };
    }

    public async Task DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync();
    }

    public void Dispose()
    {
        api.Dispose();
        simulators.Dispose();
    }

    [Fact]
    public async Task A_new_brokerage_is_notified_of_a_sale_next_door_in_the_app_and_by_mail()
    {
        await RegisterAsync();
        Assert.Equal(HttpStatusCode.NoContent, (await api.PostAsJsonAsync("api/organization/spark-credentials", new { strategy = "bearer", accessToken = $"sim-idx-{Guid.NewGuid():N}" })).StatusCode);
        var lead = await AddLeadAsync(await ASaleAsync());

        var run = await FinishedAsync(await StartAsync("nearby-sales"));

        Assert.Equal("completed", run.GetProperty("state").GetString());
        var notifications = (await GetAsync("api/notifications")).GetProperty("items").EnumerateArray().ToList();
        Assert.Contains(notifications, notification => notification.GetProperty("leadId").GetGuid() == lead && notification.GetProperty("kind").GetString() == "nearby_sale");
        Assert.Equal(JsonValueKind.Object, (await GetAsync($"api/notifications/{notifications[0].GetProperty("id").GetGuid()}")).GetProperty("evidence").ValueKind);
        var mail = await MailAsync();
        Assert.Contains("1 Test Street", mail.GetProperty("text").GetString(), StringComparison.Ordinal);

        var again = await FinishedAsync(await StartAsync("nearby-sales"));

        Assert.Equal(0, again.GetProperty("counts").GetProperty("alerts").GetInt32());
        Assert.Equal(notifications.Count, (await GetAsync("api/notifications?limit=100")).GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData("GET", "api/no-such-thing", HttpStatusCode.NotFound)]
    [InlineData("PATCH", "api/leads", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "api/leads", HttpStatusCode.Unauthorized)]
    [InlineData("GET", "api/leads/not-an-id", HttpStatusCode.NotFound)]
    [InlineData("POST", "api/auth/login", HttpStatusCode.BadRequest)]
    public async Task Every_refusal_is_a_problem_with_a_code(string method, string path, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method == "POST") request.Content = new StringContent("{ this is no JSON", new MediaTypeHeaderValue("application/json"));

        using var response = await api.SendAsync(request);

        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((status, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.NotEmpty(problem.GetProperty("code").GetString()!);
        Assert.NotEmpty(problem.GetProperty("traceId").GetString()!);
    }

    [Fact]
    public async Task The_health_of_the_host_and_its_database_is_good() => Assert.Equal("ok", (await GetAsync("api/health")).GetProperty("database").GetString());

    async Task RegisterAsync()
    {
        var answer = await api.PostAsJsonAsync("api/auth/register", new { organizationName = "Acceptance Realty", name = "Olive Owner", email, password = "correct horse battery" });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var session = await answer.Content.ReadFromJsonAsync<JsonElement>();
        api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", session.GetProperty("accessToken").GetString());
    }

    // Queries the simulated MLS like Spark: one sale of this week with a location.
    async Task<(double Latitude, double Longitude)> ASaleAsync()
    {
        var since = DateTime.UtcNow.AddDays(-4).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var filter = Uri.EscapeDataString($"StandardStatus eq 'Closed' and CloseDate ge {since}");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"simulators/spark/Version/3/Reso/OData/Property?$filter={filter}&$top=25");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "sim-vow-acceptance");
        using var response = await simulators.SendAsync(request);
        response.EnsureSuccessStatusCode();
        var sales = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("value").EnumerateArray();
        var sale = sales.First(sale => sale.TryGetProperty("Latitude", out var latitude) && latitude.ValueKind == JsonValueKind.Number && latitude.GetDouble() != 0);
        return (sale.GetProperty("Latitude").GetDouble(), sale.GetProperty("Longitude").GetDouble());
    }

    async Task<Guid> AddLeadAsync((double Latitude, double Longitude) home)
    {
        var answer = await api.PostAsJsonAsync("api/leads", new
        {
            name = "Hanna Home",
            email = $"hanna-{Guid.NewGuid():N}@example.com",
            address = new { street = "1 Test Street", city = "Seattle", state = "WA", postalCode = "98101" },
            home.Latitude,
            home.Longitude,
            temperature = "warm",
            alertsSince = "2000-01-01",
        });
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid();
    }

    async Task<Uri> StartAsync(string kind)
    {
        using var answer = await api.PostAsync($"api/jobs/{kind}", null);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return answer.Headers.Location!;
    }

    async Task<JsonElement> FinishedAsync(Uri job) => await UntilAsync(
        async () => await GetAsync(job.ToString()), run => run.GetProperty("state").GetString() is "completed" or "partial" or "failed");

    async Task<JsonElement> MailAsync() => (await UntilAsync(
        async () => await simulators.GetFromJsonAsync<JsonElement>($"mailbox.json?to={Uri.EscapeDataString(email)}"), mails => mails.GetArrayLength() > 0))[0];

    async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await api.GetAsync(new Uri(path, UriKind.Relative));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    static async Task<JsonElement> UntilAsync(Func<Task<JsonElement>> fetch, Func<JsonElement, bool> done)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var answer = await fetch();
            if (done(answer)) return answer;
            await Task.Delay(TimeSpan.FromMilliseconds(200), patience.Token);
        }
    }
}
