using System.Diagnostics;
using TwoStory.Tests.Functions;
using TwoStory.Tests.Hosting;

namespace TwoStory.Tests.Migrate;

/// <summary>The migration program as a deployment runs it: everything it needs is in its environment.</summary>
static class MigrateProcess
{
    // Where its own build puts it, with everything it needs and nothing of the tests'.
    static readonly string Program = Repository.PathOf(
        $"src/TwoStory.Migrate/bin/{new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name}/{new DirectoryInfo(AppContext.BaseDirectory).Name}/TwoStory.Migrate.dll");

    /// <param name="url">The value of <c>DATABASE_URL</c>.</param>
    /// <param name="settings">More environment variables.</param>
    public static Task<Ending> RunAsync(string? url, params (string Name, string Value)[] settings) => RunAsync([], url, settings);

    public static async Task<Ending> RunAsync(string[] arguments, string? url, params (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in new[] { "DATABASE_URL", "DATABASE_PASSWORD", "DATABASE_SIGN_IN", "RUNTIME_USER", "RUNTIME_PASSWORD", "RUNTIME_OBJECT_ID" }) start.Environment.Remove(name);
        if (url is not null) start.Environment["DATABASE_URL"] = url;
        foreach (var (name, value) in settings) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return new Ending(process.ExitCode, await output, await errors);
    }
}
