using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using TwoStory.Core.Data;
using TwoStory.Simulators.World;
using TwoStory.Tests.Hosting;
using TwoStory.Tests.Upstreams;

namespace TwoStory.Tests.Hostile;

/// <summary>Marked secrets go through everything that knows them, and are then looked for everywhere else.</summary>
public sealed partial class SecretsTests : IAsyncLifetime, IDisposable
{
    readonly Marks marks = new();
    readonly Marks linkTokens = new();
    readonly EveryLog log = new();
    readonly ConcurrentQueue<string> answers = new();
    readonly string mailFolder = Directory.CreateTempSubdirectory("twostory-mail-").FullName;

    TestHost host = null!;
    TestHost echoed = null!;
    Dictionary<string, string?> settings = [];
    StandIn echo = null!;
    string connectionString = "";
    int echoStatus = 500;

    public async Task InitializeAsync()
    {
        connectionString = await TestHost.CreateDatabaseAsync();
        settings = new Dictionary<string, string?>
        {
            ["JWT_SECRET"] = marks.Plant("JWT_SECRET", "MARK-jwt-0123456789-0123456789-0123456789"),
            ["ENCRYPTION_KEY"] = marks.Plant("ENCRYPTION_KEY", "4d41524b0a1b2c3d4e5f60718293a4b5c6d7e8f9a0b1c2d3e4f5061728394a5b"),
            ["Upstreams:RentCast:ApiKey"] = marks.Plant("RENTCAST_API_KEY", "sim-MARK-rentcast-key"),
            ["Upstreams:Resend:ApiKey"] = marks.Plant("RESEND_API_KEY", "re_MARK-resend-key"),
            ["Upstreams:FirstRetryDelay"] = "00:00:00.010",
        };
        host = await TestHost.StartAsync(connectionString, settings: settings, simulators: world => world.MailboxFolder = mailFolder, configure: Listen);
        // Its providers echo the request.
        echo = await StandIn.StartAsync((_, request) => (echoStatus, JsonSerializer.Serialize(new
        {
            error = $"{request.Path}{request.Query} {string.Join(' ', request.Headers.Select(header => $"{header.Key}: {header.Value}"))} {request.Body}",
            error_description = request.Body,
            D = new { Success = false, Code = 1000, Message = $"{request.Headers.GetValueOrDefault("Authorization")} is not good" },
        })));
        foreach (var provider in new[] { "Spark", "RentCast", "Nominatim", "Census", "Resend" }) settings[$"Upstreams:{provider}:BaseUrl"] = echo.Url.ToString();
        settings["Upstreams:Spark:TokenUrl"] = $"{echo.Url}grant";
    }

    void Listen(Microsoft.AspNetCore.Builder.WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Trace);
        builder.Services.AddSingleton(services => new Database(new NpgsqlDataSourceBuilder(connectionString).UseLoggerFactory(services.GetRequiredService<ILoggerFactory>()).Build()));
    }

    public async Task DisposeAsync()
    {
        if (echoed is not null) await echoed.DisposeAsync();
        await host.DisposeAsync();
        await TestPostgres.DropDatabaseAsync(connectionString);
        await echo.DisposeAsync();
        Directory.Delete(mailFolder, recursive: true);
    }

    public void Dispose() => log.Dispose();

    [Fact]
    public async Task Secrets_lie_nowhere_but_where_they_must()
    {
        var owner = await UseAccountsAsync();
        await UseSparkAsync(owner);
        await UseLinksAsync(owner);
        await FailAtProvidersAsync(owner);
        await LoseDatabaseAsync(owner);

        Assert.NotEmpty(log.Lines);
        Assert.Contains(log.Lines, line => line.StartsWith("Npgsql", StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.StartsWith("TwoStory", StringComparison.Ordinal));
        Assert.Contains(echo.Requests, request => marks.In(string.Join(' ', request.Headers.Values) + request.Body).Any());
        AssertNone("a log", log.Lines, marks, linkTokens);
        AssertNone("an answer", answers, marks, linkTokens);
        await AssertNoneStoredAsync();
        await AssertLinksInOwnMailsAsync();
        AssertNone("a mail's file", Directory.EnumerateFiles(mailFolder, "*", SearchOption.AllDirectories).Select(File.ReadAllText), marks);
    }

    async Task<string> UseAccountsAsync()
    {
        var password = marks.Plant("password", "MARK-password-of-the-owner");
        var session = await SignAsync(host, "auth/register", new { organizationName = "Harbor Realty", name = "Olive", email = "olive@secrets.example", password });
        await SignAsync(host, "auth/login", new { email = "olive@secrets.example", password });
        await SendAsync(host, HttpMethod.Post, "auth/login", null, new { email = "olive@secrets.example", password = marks.Plant("wrong password", "MARK-wrong-password") });
        await SendAsync(host, HttpMethod.Post, "auth/register", null, new { organizationName = "Twice", name = "O", email = "olive@secrets.example", password });
        await SendAsync(host, HttpMethod.Post, "auth/login", null, new { email = "olive@secrets.example", password = new { nested = password } });
        await SendAsync(host, HttpMethod.Post, "auth/login", null, new Dictionary<string, string> { ["email"] = "o", ["pasword"] = password });
        var first = session.GetProperty("refreshToken").GetString()!;
        var second = await SignAsync(host, "auth/refresh", new { refreshToken = first });
        var next = marks.Plant("changed password", "MARK-changed-password");
        var token = second.GetProperty("accessToken").GetString()!;
        await SendAsync(host, HttpMethod.Post, "auth/change-password", token, new { currentPassword = password, newPassword = next });
        await SendAsync(host, HttpMethod.Get, "auth/me", token);
        await SendAsync(host, HttpMethod.Get, "auth/me", token + "x");
        var again = await SignAsync(host, "auth/login", new { email = "olive@secrets.example", password = next });
        await SendAsync(host, HttpMethod.Post, "auth/logout", null, new { refreshToken = again.GetProperty("refreshToken").GetString() });
        return (await SignAsync(host, "auth/login", new { email = "olive@secrets.example", password = next })).GetProperty("accessToken").GetString()!;
    }

    async Task UseSparkAsync(string owner)
    {
        object[] credentials =
        [
            new { strategy = "bearer", accessToken = marks.Plant("refused Spark token", "MARK-refused-token") },
            new { strategy = "client_credentials", clientId = "sim-idx-client", clientSecret = marks.Plant("Spark client secret", "MARK-client-secret") },
            new { strategy = "refresh_token", clientId = "sim-idx-client", clientSecret = "MARK-client-secret", refreshToken = marks.Plant("Spark refresh token", "sim-refresh-MARK-refresh") },
            new { strategy = "refresh_token", clientId = "sim-idx-client", clientSecret = "MARK-client-secret", refreshToken = "sim-refresh-MARK-refresh" },
            new { strategy = "bearer", accessToken = "MARK-refused-token\r\nX-Injected: 1" },
            new { strategy = "bearer", accessToken = marks.Plant("Spark token", "sim-idx-MARK-bearer-token") },
        ];
        foreach (var one in credentials) await SendAsync(host, HttpMethod.Post, "organization/spark-credentials", owner, one);
        foreach (var home in host.Get<SimulatedWorld>().Homes.Take(3))
        {
            var id = (await SendAsync(host, HttpMethod.Post, "leads", owner, new { name = "Lead", address = TwoStory.Tests.Api.HomeAddresses.Parts(home), alertsSince = "2020-01-01" })).Json.GetProperty("id").GetString();
            foreach (var path in new[] { "value/refresh", "nearby-sales/refresh" }) await SendAsync(host, HttpMethod.Post, $"leads/{id}/{path}", owner);
        }
        foreach (var kind in new[] { "nearby-sales", "property-values" }) await RunAsync(host, owner, kind);
        foreach (var path in new[] { "organization", "organization/audit", "organization/usage", "leads", "notifications", "jobs", "organization/users/invitations" }) await SendAsync(host, HttpMethod.Get, path, owner);
    }

    async Task UseLinksAsync(string owner)
    {
        await SendAsync(host, HttpMethod.Post, "organization/users/invite", owner, new { email = "ivy@secrets.example", role = "agent" });
        var invited = linkTokens.Plant("invitation", await TokenAsync("ivy@secrets.example"));
        await SendAsync(host, HttpMethod.Get, "organization/users/invitations", owner);
        await SendAsync(host, HttpMethod.Post, "auth/accept-invite", null, new { token = invited, name = "", password = "short" });
        await SignAsync(host, "auth/accept-invite", new { token = invited, name = "Ivy", password = marks.Plant("invited password", "MARK-password-of-ivy") });
        await SendAsync(host, HttpMethod.Post, "auth/accept-invite", null, new { token = invited, name = "Ivy", password = "MARK-password-of-ivy" });
        await SendAsync(host, HttpMethod.Post, "auth/forgot-password", null, new { email = "ivy@secrets.example" });
        var reset = linkTokens.Plant("reset", await TokenAsync("ivy@secrets.example", invited));
        await SendAsync(host, HttpMethod.Post, "auth/reset-password", null, new { token = reset, password = "short" });
        await SendAsync(host, HttpMethod.Post, "auth/reset-password", null, new { token = reset, password = marks.Plant("reset password", "MARK-reset-password") });
        await SendAsync(host, HttpMethod.Post, "auth/reset-password", null, new { token = reset, password = "MARK-reset-password" });
    }

    async Task FailAtProvidersAsync(string owner)
    {
        // Not earlier: this host sends the outbox too, and its provider loses every e-mail.
        echoed = await TestHost.StartAsync(host.ConnectionString, settings: settings, simulators: world => world.DemoWorld = false, configure: Listen);
        var lead = (await SendAsync(echoed, HttpMethod.Get, "leads", owner)).Json.GetProperty("items")[0].GetProperty("id").GetString();
        foreach (var status in new[] { 500, 401, 400, 429, 200 })
        {
            echoStatus = status;
            await SendAsync(echoed, HttpMethod.Post, "organization/spark-credentials", owner, new { strategy = "bearer", accessToken = "sim-idx-MARK-bearer-token" });
            await SendAsync(echoed, HttpMethod.Post, "organization/spark-credentials", owner, new { strategy = "client_credentials", clientId = "sim-idx-client", clientSecret = "MARK-client-secret" });
            await SendAsync(echoed, HttpMethod.Post, "organization/spark-credentials", owner, new { strategy = "refresh_token", clientId = "sim-idx-client", clientSecret = "MARK-client-secret", refreshToken = "sim-refresh-MARK-refresh" });
            foreach (var path in new[] { "value/refresh", "nearby-sales/refresh" }) await SendAsync(echoed, HttpMethod.Post, $"leads/{lead}/{path}", owner);
            await SendAsync(echoed, HttpMethod.Get, $"leads/{lead}/market", owner);
            await SendAsync(echoed, HttpMethod.Get, "listings?address=1%20Main", owner);
            await SendAsync(echoed, HttpMethod.Post, "leads", owner, new { name = $"Nowhere {status}", address = new { street = $"{status} Nowhere St", city = "Seattle", state = "WA", postalCode = "98101" } });
        }
        foreach (var kind in new[] { "nearby-sales", "property-values" }) await RunAsync(echoed, owner, kind);
        await SendAsync(echoed, HttpMethod.Get, "jobs", owner);
    }

    async Task LoseDatabaseAsync(string owner)
    {
        await SetDatabaseOpenAsync(false);
        var lost = await SendAsync(host, HttpMethod.Post, "auth/login", null, new { email = "olive@secrets.example", password = "MARK-changed-password" });
        Assert.Equal(503, lost.Status);
        await SendAsync(host, HttpMethod.Post, "auth/refresh", null, new { refreshToken = marks.Plant("made-up refresh token", "MARK-made-up-refresh-token-0123456789012345") });
        await SendAsync(host, HttpMethod.Post, "organization/spark-credentials", owner, new { strategy = "bearer", accessToken = "sim-idx-MARK-bearer-token" });
        await SendAsync(host, HttpMethod.Get, "leads", owner);
        await SetDatabaseOpenAsync(true);
        Assert.Equal(200, (await SendAsync(host, HttpMethod.Get, "leads", owner)).Status);
    }

    async Task AssertNoneStoredAsync()
    {
        var columns = await host.QueryAsync<Column>(
            "select table_name as table, column_name as name from information_schema.columns where table_schema = 'public' and table_name in (select tablename from pg_tables where schemaname = 'public')");
        Assert.True(columns.Count > 100, $"only {columns.Count} columns");
        foreach (var column in columns)
        {
            var values = await host.QueryAsync<string>($"select \"{column.Name}\"::text from \"{column.Table}\" where \"{column.Name}\" is not null");
            // An unsent mail must contain its own link.
            var isMail = column is { Table: "email_outbox", Name: "payload" };
            AssertNone($"{column.Table}.{column.Name}", values, isMail ? [marks] : [marks, linkTokens]);
        }
    }

    sealed record Column(string Table, string Name);

    async Task AssertLinksInOwnMailsAsync()
    {
        var mails = await host.MailAsync();
        AssertNone("a mail", mails.Select(mail => $"{mail.Subject} {mail.Text} {mail.Html}"), marks);
        var links = mails.SelectMany(mail => linkTokens.In(mail.Text).Select(link => $"{link} to {string.Join(',', mail.To)}"));
        Assert.Equal(["invitation to ivy@secrets.example", "reset to ivy@secrets.example"], links.Order());
    }

    static void AssertNone(string where, IEnumerable<string> texts, params Marks[] planted)
    {
        var found = texts.SelectMany(text => planted.SelectMany(marks => marks.In(text)).Select(name => $"{where} shows the {name}: {text[..Math.Min(text.Length, 1_500)]}")).Take(3).ToList();
        Assert.True(found.Count == 0, string.Join("\n\n", found));
    }

    /// <summary>Sends a request that signs in; only its response may contain tokens.</summary>
    async Task<JsonElement> SignAsync(TestHost host, string path, object body)
    {
        var (status, json) = await SendAsync(host, HttpMethod.Post, path, null, body, mayShowTokens: true);
        Assert.True(status is 200 or 201, $"{path}: {status} {json}");
        return json;
    }

    async Task<(int Status, JsonElement Json)> SendAsync(TestHost host, HttpMethod method, string path, string? token, object? body = null, bool mayShowTokens = false)
    {
        using var request = new HttpRequestMessage(method, $"/api/{path}") { Content = body is null ? null : JsonContent.Create(body) };
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await host.Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var json = text.Length > 0 ? JsonElement.Parse(text) : default;
        if (mayShowTokens && response.IsSuccessStatusCode)
        {
            foreach (var name in new[] { "accessToken", "refreshToken" })
            {
                var issued = json.GetProperty(name).GetString()!;
                marks.Plant($"{name} {Guid.NewGuid()}", issued);
                text = text.Replace(issued, "", StringComparison.Ordinal);
            }
        }
        answers.Enqueue($"{method} {path} {(int)response.StatusCode} {response.Headers} {response.Content.Headers} {text}");
        return ((int)response.StatusCode, json);
    }

    async Task RunAsync(TestHost host, string owner, string kind)
    {
        var id = (await SendAsync(host, HttpMethod.Post, $"jobs/{kind}", owner)).Json.GetProperty("id").GetString();
        for (var looks = 0; looks < 600; looks++)
        {
            var job = (await SendAsync(host, HttpMethod.Get, $"jobs/{id}", owner)).Json;
            // Where providers fail for good the run waits for better times.
            if (job.GetProperty("state").GetString() is not ("pending" or "running")) return;
            await Task.Delay(50);
        }
        Assert.Fail($"{kind} does not end");
    }

    async Task<string> TokenAsync(string to, string? other = null)
    {
        for (var looks = 0; looks < 600; looks++)
        {
            var token = (await host.MailAsync(to)).Select(mail => Token().Match(mail.Text)).Where(match => match.Success).Select(match => match.Groups[1].Value).FirstOrDefault(token => token != other);
            if (token is not null) return token;
            await Task.Delay(50);
        }
        throw new InvalidOperationException($"No mail came to {to}.");
    }

    async Task SetDatabaseOpenAsync(bool isOpen)
    {
        var name = new NpgsqlConnectionStringBuilder(host.ConnectionString).Database;
        await using var server = Database.Open(new NpgsqlConnectionStringBuilder(host.ConnectionString) { Database = "postgres" }.ConnectionString);
        await server.ExecuteAsync($"alter database {name} allow_connections {isOpen}", null, default);
        if (!isOpen) await server.ExecuteAsync("select pg_terminate_backend(pid) from pg_stat_activity where datname = @name", new { name }, default);
    }

    [GeneratedRegex(@"token=([\w-]+)")]
    private static partial Regex Token();
}
