using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Npgsql;
using TwoStory.Tests.Functions;
using TwoStory.Tests.Hosting;
using TwoStory.Tests.Migrate;

namespace TwoStory.Tests.Local;

/// <summary>User errors end with one line and a non-zero exit code, never with a stack trace.</summary>
public sealed partial class HostCommandTests : IAsyncLifetime
{
    readonly string folder = Directory.CreateTempSubdirectory("twostory-command-").FullName;

    string empty = null!;

    public async Task InitializeAsync() => empty = await TestPostgres.CreateDatabaseAsync();

    public async Task DisposeAsync()
    {
        await TestPostgres.DropDatabaseAsync(empty);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Help_explains_every_option_of_every_command()
    {
        var (root, simulators) = (await HelpAsync(), await HelpAsync("simulators"));
        Assert.Equal(["--port", "--data", "--database", "--no-demo", "--sales", "--sales-as-of", "--real-upstreams"], root);
        Assert.Equal(["--port", "--data", "--database", "--sales", "--sales-as-of"], simulators);
    }

    [Fact]
    public async Task Openapi_prints_the_committed_description()
    {
        var printed = await HostProcess.RunAsync("openapi");
        Assert.Equal((0, ""), (printed.ExitCode, printed.Errors));
        Assert.Equal(await File.ReadAllTextAsync(Repository.PathOf("docs/openapi.json")), printed.Output);
    }

    [Theory]
    [InlineData("--colour", "'--colour'")]
    [InlineData("--port 70000", "--port")]
    [InlineData("--port seventy", "--port")]
    [InlineData("--sales-as-of 2015-02-20", "--sales")]
    [InlineData("--sales sales.csv --sales-as-of 2015-02-30", "--sales-as-of")]
    [InlineData("simulate", "'simulate'")]
    [InlineData("--database mysql://root@localhost/twostory", "postgres://")]
    [InlineData("--database nonsense", "postgres://")]
    [InlineData("--database postgres://twostory:secret@127.0.0.1:1/twostory", "cannot be reached")]
    [InlineData("--data /dev/null", "--data")]
    public async Task A_wrong_command_line_is_refused(string commandLine, string names) =>
        AssertRefused(await RunAsync(commandLine.Split(' ')), names);

    [Fact]
    public async Task A_port_in_use_is_refused()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        AssertRefused(await RunAsync("--port", $"{port}"), $"Port {port}");
    }

    [Fact]
    public async Task A_database_that_does_not_let_us_in_is_refused()
    {
        AssertRefused(await RunAsync("--database", Url(empty, password: "guess")), "password");
        AssertRefused(await RunAsync("--database", Url(empty, database: "nowhere")), "nowhere");
    }

    [Theory]
    [InlineData("missing", null, "cannot be read")]
    [InlineData("empty", "", "line 1")]
    [InlineData("other", "name,price\nx,1\n", "column")]
    [InlineData("broken", "close_date,parcel_id,close_price,bedrooms,bathrooms,living_area_sqft,lot_sqft,year_built,postal_code,latitude,longitude\n2015-02-20,1,soon,3,2,1800,5000,1950,98103,47.6,-122.3\n", "line 2")]
    public async Task A_file_of_sales_that_cannot_be_used_is_refused(string name, string? text, string names)
    {
        var file = Path.Combine(folder, $"{name}.csv");
        if (text is not null) await File.WriteAllTextAsync(file, text);
        AssertRefused(await RunAsync("--database", Url(empty), "--sales", file), names);
    }

    [Fact]
    public async Task A_setting_of_the_environment_that_cannot_be_is_refused()
    {
        await using var host = HostProcess.Start(
            [new("Upstreams:RentCast:Requests", "0")], "--port", "0", "--data", folder, "--database", Url(empty));
        AssertRefused(await host.EndAsync(), "Upstreams:RentCast:Requests");
    }

    [Fact]
    public async Task Keys_that_cannot_be_read_are_refused_and_not_replaced()
    {
        var file = Path.Combine(folder, "keys.json");
        await File.WriteAllTextAsync(file, "{\"JWT_SECRET\":\"");
        AssertRefused(await RunAsync("--database", Url(empty)), "keys.json");
        Assert.Equal("{\"JWT_SECRET\":\"", await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task An_older_schema_is_refused_until_migrate_has_brought_it_up()
    {
        await OldSchema.MakeAsync(empty, migrations: 3);
        AssertRefused(await RunAsync("--database", Url(empty)), "TwoStory.Migrate");
        Assert.Equal(0, (await MigrateProcess.RunAsync(Url(empty))).ExitCode);
        await AssertServesAsync();
    }

    [Fact]
    public async Task A_newer_schema_is_refused()
    {
        await MigrateProcess.RunAsync(Url(empty));
        await OldSchema.ExecuteAsync(empty, "insert into schema_migrations values (9999, '9999_of_tomorrow', 'x')");
        AssertRefused(await RunAsync("--database", Url(empty)), "9999_of_tomorrow");
    }

    [Fact]
    public async Task A_database_whose_first_migration_was_cut_off_counts_as_empty()
    {
        await OldSchema.MakeAsync(empty, migrations: 0);
        await AssertServesAsync();
    }

    [Fact]
    public async Task Hosts_that_start_on_the_same_empty_database_all_serve()
    {
        var hosts = Enumerable.Range(0, 3).Select(number => HostProcess.Start(
            null, "--no-demo", "--port", "0", "--data", Path.Combine(folder, $"{number}"), "--database", Url(empty))).ToList();
        try
        {
            foreach (var host in hosts) await host.WaitUntilServingAsync();
        }
        finally
        {
            foreach (var host in hosts) await host.DisposeAsync();
        }
    }

    async Task AssertServesAsync()
    {
        await using var host = HostProcess.Start(null, "--no-demo", "--port", "0", "--data", folder, "--database", Url(empty));
        await host.WaitUntilServingAsync();
        using var http = new HttpClient { BaseAddress = host.Address };
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/api/health")).StatusCode);
        host.Signal("TERM");
        Assert.Equal(0, (await host.EndAsync()).ExitCode);
    }

    Task<Ending> RunAsync(params string[] arguments) => HostProcess.RunAsync(
        [.. arguments, .. arguments.Contains("--data") ? Array.Empty<string>() : ["--data", folder], .. arguments.Contains("--port") ? Array.Empty<string>() : ["--port", "0"]]);

    static void AssertRefused(Ending ending, string names)
    {
        var line = Assert.Single(ending.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(names, line, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", line, StringComparison.Ordinal);
        Assert.NotEqual(0, ending.ExitCode);
        Assert.DoesNotContain("   at ", ending.Output, StringComparison.Ordinal);
    }

    static async Task<List<string>> HelpAsync(params string[] command)
    {
        var help = await HostProcess.RunAsync([.. command, "--help"]);
        Assert.Equal((0, ""), (help.ExitCode, help.Errors));
        var options = HelpLine().Matches(help.Output).Select(option => (Name: option.Groups[1].Value, Words: option.Groups[2].Value))
            .Where(option => option.Name is not "--help" and not "--version").ToList();
        Assert.All(options, option => Assert.True(option.Words.Split(' ').Length > 3, $"{option.Name} is not explained: {option.Words}"));
        return [.. options.Select(option => option.Name)];
    }

    static string Url(string connectionString, string? password = null, string? database = null)
    {
        var server = new NpgsqlConnectionStringBuilder(connectionString);
        return $"postgres://{server.Username}:{password ?? server.Password}@{server.Host}:{server.Port}/{database ?? server.Database}";
    }

    [GeneratedRegex(@"^  (?:-\S+, )*(--[a-z-]+)(?: <[^>]+>)?(?: \(REQUIRED\))? +(\S.*)$", RegexOptions.Multiline)]
    private static partial Regex HelpLine();
}
