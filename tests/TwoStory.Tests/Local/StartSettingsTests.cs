using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TwoStory.Api;
using TwoStory.Core;
using TwoStory.Core.Data;
using TwoStory.Functions.Hosting;
using TwoStory.Local.Commands;
using TwoStory.Local.Hosting;
using TwoStory.Tests.Functions;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Local;

/// <summary>A missing or invalid setting stops the start of either host with one line that names the required value.</summary>
public sealed class StartSettingsTests
{
    public enum Host
    {
        OneMachine,
        Azure,
    }

    static readonly (string Key, bool IsNeeded, string Wrong)[] Keys =
    [
        ("JWT_SECRET", true, "thirty-one characters, no more."),
        ("ENCRYPTION_KEY", true, "zz112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"),
        ("ENCRYPTION_KEYS_OLD", false, "00112233,44556677"),
        ("SPARK_API_KEY", false, "two words"),
        ("SPARK_API_KEY", false, "alone"),
        ("SPARK_API_SECRET", false, "two words"),
        ("SPARK_API_SECRET", false, "alone"),
        ("RENTCAST_API_KEY", true, "two words"),
        ("RESEND_API_KEY", true, "two words"),
        ("EMAIL_FROM", true, "no address"),
        ("FRONTEND_URL", true, "app.example.com"),
        ("FRONTEND_URL", true, "ftp://app.example.com"),
        ("KEY_VAULT_URI", false, "http://vault.example.com"),
        ("Api:MaxConcurrentRequests", false, "0"),
        ("Api:MaxQueuedRequests", false, "many"),
        ("Api:MaxQueueTime", false, "-00:00:01"),
    ];

    public static TheoryData<Host, string, string> Cases()
    {
        var cases = new TheoryData<Host, string, string>();
        foreach (var host in Enum.GetValues<Host>())
        {
            foreach (var (key, _, wrong) in Keys) cases.Add(host, key, wrong);
            foreach (var key in Keys.Where(key => key.IsNeeded).Select(key => key.Key).Distinct()) cases.Add(host, key, "");
        }
        cases.Add(Host.Azure, "DATABASE_URL", "");
        cases.Add(Host.Azure, "DATABASE_URL", "mysql://root@localhost/twostory");
        foreach (var timer in TimerSettings.Names) cases.Add(Host.Azure, timer, "");
        cases.Add(Host.Azure, "OutboxTimer", "every now and then");
        foreach (var wrong in new[] { "many", "0", "-1" }) cases.Add(Host.Azure, "Durable:OrganizationsAtOnce", wrong);
        cases.Add(Host.Azure, "Durable:BatchesAtOnce", "0");
        cases.Add(Host.Azure, "Durable:LongestTimer", "soon");
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_wrong_setting_stops_the_start(Host host, string key, string value)
    {
        var refused = Assert.Throws<SettingException>(() => Start(host, new() { [key] = value }));

        AssertExplains(refused.Message, key, value);
    }

    [Theory]
    [InlineData("PORT", "70000")]
    [InlineData("PORT", "http")]
    [InlineData("DATABASE_URL", "mysql://root@localhost/twostory")]
    public async Task Invalid_settings_read_before_the_one_machine_host_is_built_stop_it_too(string key, string value)
    {
        var folder = Directory.CreateTempSubdirectory("twostory-settings-").FullName;
        string[] port = key == "PORT" ? [] : ["--port", "0"];
        await using var process = HostProcess.Start([new(key, value)], ["--data", folder, .. port]);
        var ending = await process.EndAsync();
        Directory.Delete(folder, recursive: true);

        Assert.Equal(1, ending.ExitCode);
        AssertExplains(ending.Errors.TrimEnd(), key, value);
    }

    [Theory]
    [InlineData(Host.OneMachine)]
    [InlineData(Host.Azure)]
    public void Valid_settings_start_and_optional_ones_may_be_empty(Host host)
    {
        Start(host, Keys.Where(key => !key.IsNeeded).Select(key => key.Key).Distinct().ToDictionary(key => key, _ => (string?)""));
        Start(host, new() { ["SPARK_API_KEY"] = "client", ["SPARK_API_SECRET"] = "secret" });
        Start(host, new() { ["KEY_VAULT_URI"] = "https://no-such-vault.invalid", ["ENCRYPTION_KEY"] = "" });
    }

    [Fact]
    public async Task The_environment_sets_the_port_and_the_database_of_the_one_machine_host()
    {
        var (folder, port, database) = (Directory.CreateTempSubdirectory("twostory-settings-").FullName, LoopbackPort.Claim(0), await TestPostgres.CreateDatabaseAsync());
        var server = new Npgsql.NpgsqlConnectionStringBuilder(database);
        var url = $"postgres://{server.Username}:{server.Password}@{server.Host}:{server.Port}/{server.Database}";
        await using (var process = HostProcess.Start([new("PORT", $"{port}"), new("DATABASE_URL", url)], "--no-demo", "--data", folder))
        {
            await process.WaitUntilServingAsync();
            Assert.Equal(port, process.Address.Port);
            Assert.Contains("the given database", process.Output, StringComparison.Ordinal);
        }
        await TestPostgres.DropDatabaseAsync(database);
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Simulators_mailbox_and_status_are_mapped_only_when_the_simulators_run(bool realUpstreams)
    {
        var options = new ServeOptions(0, Path.GetTempPath(), DatabaseUrl: null, Demo: false, SalesFile: null, SalesAsOf: null, realUpstreams);
        await using var app = LocalHost.Build(options, 0, "Host=127.0.0.1;Port=1", TestHost.Secrets, builder =>
        {
            builder.Configuration["RENTCAST_API_KEY"] = "r";
            builder.Configuration["RESEND_API_KEY"] = "e";
        });
        var routes = ((Microsoft.AspNetCore.Routing.IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints)
            .OfType<Microsoft.AspNetCore.Routing.RouteEndpoint>().Select(endpoint => "/" + endpoint.RoutePattern.RawText!.TrimStart('/')).ToList();

        Assert.Contains("/", routes);
        foreach (var prefix in new[] { "/simulators", "/mailbox", "/emails", "/runtime/webhooks/durabletask" })
        {
            Assert.Equal(!realUpstreams, routes.Any(route => route.StartsWith(prefix, StringComparison.Ordinal)));
        }
    }

    static void AssertExplains(string message, string key, string value)
    {
        Assert.DoesNotContain('\n', message);
        Assert.Contains(key.Replace("Durable:", "Durable__", StringComparison.Ordinal), message, StringComparison.Ordinal);
        Assert.Contains("must be", message, StringComparison.Ordinal);
        if (value.Length > 0) Assert.DoesNotContain($" {value}", message, StringComparison.Ordinal);
    }

    static void Start(Host host, Dictionary<string, string?> settings)
    {
        if (host == Host.OneMachine) StartOneMachine(settings);
        else StartAzure(settings);
    }

    static void StartOneMachine(Dictionary<string, string?> settings)
    {
        var options = new ServeOptions(0, Path.GetTempPath(), DatabaseUrl: null, Demo: false, SalesFile: null, SalesAsOf: null, RealUpstreams: false);
        var app = LocalHost.Build(options, 0, "Host=127.0.0.1;Port=1", TestHost.Secrets, builder => builder.Configuration.AddInMemoryCollection(settings));
        ((IDisposable)app).Dispose();
    }

    // The steps of Program before the build, with the example settings.
    static void StartAzure(Dictionary<string, string?> changed)
    {
        var example = JsonDocument.Parse(Repository.Read("local.settings.example.json")).RootElement.GetProperty("Values").EnumerateObject()
            .ToDictionary(setting => setting.Name.Replace("__", ":", StringComparison.Ordinal), setting => (string?)setting.Value.GetString());
        var settings = new ConfigurationBuilder().AddInMemoryCollection(example).AddInMemoryCollection(changed).Build();
        var services = new ServiceCollection();
        services.AddTwoStoryCore(settings, DatabaseUrl.ToConnectionString(settings["DATABASE_URL"] ?? ""));
        services.AddTwoStoryApi(settings);
        services.AddAzureParts(settings);
    }
}
