using System.Diagnostics;
using System.Text.Json;

namespace TwoStory.Tests.Functions;

/// <summary>The worker as the Functions host starts it, with a setting that is wrong.</summary>
public sealed class WorkerStartTests
{
    // The host logs only those lines of standard error that contain the word "error".
    [Theory]
    [InlineData("DATABASE_URL", "mysql://root@localhost/twostory", "DATABASE_URL")]
    [InlineData("DATABASE_URL", "postgres://twostory@127.0.0.1:1/twostory", "does not answer")]
    [InlineData("Durable__OrganizationsAtOnce", "many", "Durable__OrganizationsAtOnce")]
    [InlineData("NearbySalesTimer", "", "NearbySalesTimer")]
    public async Task It_ends_with_one_line_that_the_host_logs(string key, string value, string named)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "TwoStory.Functions.dll")]) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var setting in JsonDocument.Parse(Repository.Read("local.settings.example.json")).RootElement.GetProperty("Values").EnumerateObject())
        {
            start.Environment[setting.Name] = setting.Value.GetString();
        }
        start.Environment[key] = value;
        using var worker = Process.Start(start)!;
        var output = worker.StandardOutput.ReadToEndAsync();
        var errors = await worker.StandardError.ReadToEndAsync();
        await output;
        await worker.WaitForExitAsync();

        Assert.Equal(1, worker.ExitCode);
        var line = Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("Error: ", line, StringComparison.Ordinal);
        Assert.Contains(named, line, StringComparison.Ordinal);
    }
}
