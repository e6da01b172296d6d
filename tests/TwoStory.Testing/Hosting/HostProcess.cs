using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace TwoStory.Tests.Hosting;

/// <summary>The one-machine host in its own process. Disposing it kills the process.</summary>
sealed partial class HostProcess : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    static readonly string Program = Path.Combine(AppContext.BaseDirectory, "TwoStory.Local.dll");

    readonly Process process;
    readonly Task reading;
    readonly StringBuilder output = new();
    readonly StringBuilder errors = new();

    HostProcess(Process process)
    {
        this.process = process;
        reading = Task.WhenAll(ReadAsync(process.StandardOutput, output), ReadAsync(process.StandardError, errors));
    }

    public int Id => process.Id;

    public bool HasEnded => process.HasExited;

    public string Output => Text(output);

    public string Errors => Text(errors);

    /// <summary>The address, after the host has printed it.</summary>
    public Uri Address => new(AddressLine().Match(Output).Groups[1].Value);

    /// <param name="settings">Environment variables; a colon in a name becomes a double underscore.</param>
    /// <param name="arguments">As on the command line.</param>
    public static HostProcess Start(IEnumerable<KeyValuePair<string, string?>>? settings, params IEnumerable<string> arguments)
    {
        // As a shell script starts a background job, with SIGINT ignored: it must stop on SIGINT all the same.
        string[] launcher = OperatingSystem.IsWindows() ? ["dotnet"] : ["/bin/sh", "-c", "trap '' INT; exec \"$@\"", "sh", "dotnet"];
        var start = new ProcessStartInfo(launcher[0], [.. launcher[1..], Program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        // The host must not inherit the settings of the test runner.
        foreach (var foreign in start.Environment.Keys.Where(name => name.StartsWith("Upstreams__", StringComparison.Ordinal) || name is "DATABASE_URL" or "PORT").ToList())
        {
            start.Environment.Remove(foreign);
        }
        foreach (var (name, value) in settings ?? []) start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        return new HostProcess(Process.Start(start)!);
    }

    /// <summary>Starts the host, waits for its end and returns its output.</summary>
    public static async Task<Ending> RunAsync(params IEnumerable<string> arguments)
    {
        await using var host = Start(null, arguments);
        return await host.EndAsync();
    }

    public async Task WaitForAsync(string text)
    {
        for (var watch = Stopwatch.StartNew(); !Output.Contains(text, StringComparison.Ordinal); await Task.Delay(20))
        {
            if (HasEnded || watch.Elapsed > Patience) Assert.Fail($"The host {(HasEnded ? "ended" : "hangs")} before it printed '{text}':\n{Output}\n{Errors}");
        }
    }

    public Task WaitUntilServingAsync() => WaitForAsync("Ctrl-C stops");

    /// <summary>As Ctrl-C (INT) or a service manager (TERM) does.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Kills the process without a shutdown, as in a power failure.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    public async Task<Ending> EndAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(patience.Token);
        await reading;
        return new Ending(process.ExitCode, Output, Errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) Kill();
        await reading;
        process.Dispose();
    }

    static async Task ReadAsync(StreamReader from, StringBuilder to)
    {
        var buffer = new char[4096];
        while (await from.ReadAsync(buffer) is > 0 and var count)
        {
            lock (to) to.Append(buffer, 0, count);
        }
    }

    static string Text(StringBuilder from)
    {
        lock (from) return from.ToString();
    }

    [GeneratedRegex(@"(?:Serving|mailbox on) (http://localhost:\d+)")]
    private static partial Regex AddressLine();
}

/// <summary>The exit code and the output of a host.</summary>
sealed record Ending(int ExitCode, string Output, string Errors);
