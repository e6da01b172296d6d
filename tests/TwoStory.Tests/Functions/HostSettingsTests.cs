using System.Text.Json;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TwoStory.Api;
using TwoStory.Core;
using TwoStory.Core.Data;
using TwoStory.Functions.Hosting;
using TwoStory.Functions.Jobs;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Functions;

/// <summary>How the Azure host is set up.</summary>
public sealed class HostSettingsTests
{
    static readonly JsonElement Durable =
        JsonDocument.Parse(Repository.Read("src/TwoStory.Functions/host.json")).RootElement.GetProperty("extensions").GetProperty("durableTask");

    [Fact]
    public void An_instance_can_execute_all_concurrent_batches_of_both_jobs()
    {
        var pace = new Pace();

        Assert.True(Durable.GetProperty("maxConcurrentActivityFunctions").GetInt32() >= 2 * pace.OrganizationsAtOnce * pace.BatchesAtOnce);
    }

    [Fact]
    public void Only_the_API_limits_requests_and_the_platform_adds_instances_at_its_limit()
    {
        var http = JsonDocument.Parse(Repository.Read("src/TwoStory.Functions/host.json")).RootElement.GetProperty("extensions").GetProperty("http");

        Assert.Equal((-1, -1), (http.GetProperty("maxConcurrentRequests").GetInt32(), http.GetProperty("maxOutstandingRequests").GetInt32()));
        Assert.Contains(
            $"perInstanceConcurrency: {LoadSheddingOptions.Default.MaxConcurrentRequests} }}", Repository.Read("infra/modules/app.bicep"), StringComparison.Ordinal);
    }

    [Fact]
    public void Durable_is_part_of_the_trace()
    {
        var tracing = Durable.GetProperty("tracing");

        Assert.Equal((true, "V2"), (tracing.GetProperty("distributedTracingEnabled").GetBoolean(), tracing.GetProperty("version").GetString()));
    }

    [Fact]
    public void Log_lines_are_kept_whether_or_not_their_trace_is_and_none_of_ASPNET_with_a_query_string()
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["APPLICATIONINSIGHTS_CONNECTION_STRING"] = "InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint=http://127.0.0.1:1",
        }).Build();
        using var services = new ServiceCollection().AddLogging().AddTelemetry(settings).BuildServiceProvider();

        Assert.False(services.GetRequiredService<IOptions<AzureMonitorExporterOptions>>().Value.EnableTraceBasedLogsSampler);
        var logs = services.GetRequiredService<ILoggerFactory>();
        Assert.False(logs.CreateLogger("Microsoft.AspNetCore.Hosting.Diagnostics").IsEnabled(LogLevel.Information));
        Assert.True(logs.CreateLogger(typeof(JobActivities).FullName!).IsEnabled(LogLevel.Information));
    }

    [Fact]
    public void Behind_Front_Door_the_callers_address_comes_from_its_header()
    {
        var settings = Example(new() { ["CLIENT_ADDRESS_HEADER"] = "X-Azure-ClientIP" });
        using var services = new ServiceCollection().AddAzureParts(settings).BuildServiceProvider();

        Assert.Equal("X-Azure-ClientIP", services.GetRequiredService<IOptions<ForwardedHeadersOptions>>().Value.ForwardedForHeaderName);
    }

    [Fact]
    public async Task The_wait_for_a_migration_at_the_start_ends_in_one_line()
    {
        var connectionString = await TestPostgres.CreateDatabaseAsync();
        await using (var database = Database.Open(connectionString))
        {
            await using var migrator = await database.Source.OpenConnectionAsync();
            await using var command = migrator.CreateCommand();
            command.CommandText = $"select pg_advisory_lock({0x5457_4f53_544f_5259})";
            await command.ExecuteNonQueryAsync();
            using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

            var refused = await Assert.ThrowsAsync<SettingException>(() => StartCheck.CheckAsync(database, limit.Token));

            Assert.StartsWith("Error: The database is being migrated", StartFailure.Describe(refused), StringComparison.Ordinal);
        }
        await TestPostgres.DropDatabaseAsync(connectionString);
    }

    internal static IConfiguration Example(Dictionary<string, string?> changed) => new ConfigurationBuilder()
        .AddInMemoryCollection(JsonDocument.Parse(Repository.Read("local.settings.example.json")).RootElement.GetProperty("Values").EnumerateObject()
            .ToDictionary(setting => setting.Name.Replace("__", ":", StringComparison.Ordinal), setting => (string?)setting.Value.GetString()))
        .AddInMemoryCollection(changed).Build();
}
