using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using TwoStory.Tests.Functions;

namespace TwoStory.Tests.Infra;

/// <summary>The templates of <c>infra</c>, by the compiler that deployments use.</summary>
public sealed class BicepTests
{
    static readonly string Compiler = typeof(BicepTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(value => value.Key == "BicepCompiler").Value!.Replace('\\', Path.DirectorySeparatorChar);

    // The environment of a deployment, with example values.
    static readonly Dictionary<string, string> Environment = new()
    {
        ["JWT_SECRET"] = new string('x', 32),
        ["RESEND_API_KEY"] = "re_x",
        ["RENTCAST_API_KEY"] = "x",
        ["DEPLOYER_OBJECT_ID"] = Guid.Empty.ToString(),
        ["DEPLOYER_NAME"] = "deployer",
    };

    [Fact]
    public async Task The_template_compiles_without_a_warning() => Assert.Equal("", (await RunAsync("build", "infra/main.bicep", "--stdout")).Errors);

    [Fact]
    public async Task The_template_has_nothing_that_the_linter_reports() => Assert.Equal("", (await RunAsync("lint", "infra/main.bicep")).Errors);

    [Fact]
    public async Task The_parameter_file_compiles_without_a_warning() => Assert.Equal("", (await RunAsync("build-params", "infra/main.bicepparam", "--stdout")).Errors);

    [Fact]
    public async Task The_parameter_file_needs_every_secret()
    {
        foreach (var secret in new[] { "JWT_SECRET", "RESEND_API_KEY", "RENTCAST_API_KEY" })
        {
            Assert.Contains(secret, (await RunAsync("build-params", "infra/main.bicepparam", "--stdout", without: secret)).Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_database_accepts_no_public_connections_and_no_passwords()
    {
        var resources = await ResourcesAsync();

        Assert.DoesNotContain(resources, resource => TypeOf(resource).EndsWith("/firewallRules", StringComparison.Ordinal));
        var server = Assert.Single(resources, resource => TypeOf(resource) == "Microsoft.DBforPostgreSQL/flexibleServers").GetProperty("properties");
        Assert.Equal(("Disabled", "Enabled"), (server.GetProperty("authConfig").GetProperty("passwordAuth").GetString(), server.GetProperty("authConfig").GetProperty("activeDirectoryAuth").GetString()));
        Assert.Contains(resources, resource => TypeOf(resource) == "Microsoft.Network/privateEndpoints");
        // The only address of the database that the template writes itself.
        Assert.Matches(@"postgres://[^']*sslmode=verify-full", (await RunAsync("build", "infra/main.bicep", "--stdout")).Output);
    }

    [Fact]
    public async Task The_app_has_every_timer_and_setting_that_the_example_for_this_machine_has()
    {
        var settings = Assert.Single(await ResourcesAsync(), resource => TypeOf(resource) == "Microsoft.Web/sites/config").GetProperty("properties");
        using var example = JsonDocument.Parse(await File.ReadAllTextAsync(Repository.PathOf("local.settings.example.json")));
        // The platform sets the first two itself; the credentials vault replaces the keys, and Application Insights the receiver.
        string[] elsewhere = ["FUNCTIONS_WORKER_RUNTIME", "AzureWebJobsStorage", "ENCRYPTION_KEY", "ENCRYPTION_KEYS_OLD", "OTEL_EXPORTER_OTLP_ENDPOINT"];

        var missing = example.RootElement.GetProperty("Values").EnumerateObject().Select(value => value.Name)
            .Where(name => !name.Contains("__", StringComparison.Ordinal) && !elsewhere.Contains(name) && !settings.TryGetProperty(name, out _));

        Assert.Empty(missing);
    }

    static async Task<IReadOnlyList<JsonElement>> ResourcesAsync()
    {
        var built = await RunAsync("build", "infra/main.bicep", "--stdout");
        return [.. Flatten(JsonElement.Parse(built.Output).GetProperty("resources"))];
    }

    // Resources are an object of names in the newer form and an array in the older.
    static IEnumerable<JsonElement> Flatten(JsonElement resources) =>
        (resources.ValueKind == JsonValueKind.Object ? resources.EnumerateObject().Select(resource => resource.Value) : resources.EnumerateArray())
        .SelectMany(resource => TypeOf(resource) == "Microsoft.Resources/deployments" ? Flatten(resource.GetProperty("properties").GetProperty("template").GetProperty("resources")) : [resource]);

    static string TypeOf(JsonElement resource) => resource.GetProperty("type").GetString()!;

    static async Task<(string Output, string Errors)> RunAsync(string command, string file, string? option = null, string? without = null)
    {
        var start = new ProcessStartInfo(Compiler, [command, Repository.PathOf(file), .. option is null ? Array.Empty<string>() : [option]]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in Environment)
        {
            if (name == without) start.Environment.Remove(name);
            else start.Environment[name] = value;
        }
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (await output, await errors);
    }
}
