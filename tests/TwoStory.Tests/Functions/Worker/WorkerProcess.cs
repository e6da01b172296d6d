using System.Diagnostics;
using System.Text;

namespace TwoStory.Tests.Functions.Worker;

/// <summary>The built worker as the Functions host starts it.</summary>
sealed class WorkerProcess : IAsyncDisposable
{
    readonly Process process;
    readonly Task reading;
    readonly StringBuilder output = new();

    WorkerProcess(Process process)
    {
        this.process = process;
        reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    /// <summary>Where the worker's build is.</summary>
    public static string Folder { get; } = Repository.PathOf(
        $"src/TwoStory.Functions/bin/{new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name}/{new DirectoryInfo(AppContext.BaseDirectory).Name}");

    /// <summary>Completes when the process has ended.</summary>
    public Task Ended => process.WaitForExitAsync();

    public string Output
    {
        get
        {
            lock (output) return output.ToString();
        }
    }

    /// <param name="port">Where the host listens for the worker.</param>
    /// <param name="settings">App settings; a colon in a name becomes a double underscore.</param>
    public static WorkerProcess Start(int port, IEnumerable<KeyValuePair<string, string?>> settings)
    {
        var id = Guid.NewGuid().ToString();
        var start = new ProcessStartInfo(
            "dotnet",
            [
                Path.Combine(Folder, "TwoStory.Functions.dll"), "--functions-uri", $"http://127.0.0.1:{port}", "--functions-worker-id", id, "--functions-request-id", id,
                "--functions-grpc-max-message-length", $"{int.MaxValue}",
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Folder,
        };
        start.Environment["FUNCTIONS_APPLICATION_DIRECTORY"] = Folder;
        foreach (var (name, value) in settings) start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        return new WorkerProcess(Process.Start(start)!);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        await reading;
        process.Dispose();
    }

    async Task ReadAsync(StreamReader from)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            lock (output) output.AppendLine(line);
        }
    }
}
