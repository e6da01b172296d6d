using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace TwoStory.Local.Postgres;

/// <summary>The content of <c>postmaster.pid</c> of a cluster, whose server may have ended.</summary>
/// <remarks>Lines: process, data directory, start time, port, socket directory, address, shared memory key, status.</remarks>
sealed record Postmaster(string Data, int ProcessId, int Port, bool IsReady, string Text)
{
    static string FileIn(string data) => Path.Combine(data, "postmaster.pid");

    /// <summary>Null when the server was stopped in order, or has not written the file yet.</summary>
    public static Postmaster? Read(string data)
    {
        try
        {
            using var file = new FileStream(FileIn(data), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var text = new StreamReader(file).ReadToEnd();
            var lines = text.Split('\n', StringSplitOptions.TrimEntries);
            return lines.Length > 1 && int.TryParse(lines[0], CultureInfo.InvariantCulture, out var process)
                ? new Postmaster(data, process, Number(lines, 3), lines.ElementAtOrDefault(7) == "ready", text)
                : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Whether that process lives and is the server of this cluster, not a later process with its number.</summary>
    public async Task<bool> IsRunningAsync(CancellationToken cancel)
    {
        if (OperatingSystem.IsWindows())
        {
            return Process.GetProcesses().Any(process => process.Id == ProcessId && process.ProcessName == "postgres");
        }

        var words = await CommandLineAsync(cancel);
        // The folder can have had another path; it is the same folder if it contains the same file.
        return words.SkipWhile(word => word != "-D").Skip(1).FirstOrDefault() is { } folder
            && Path.GetFileName(words[0]).StartsWith("postgres", StringComparison.Ordinal)
            && (folder == Data || Read(folder)?.Text == Text);
    }

    /// <summary>Stops a server of an earlier run and removes its stale file, so that a new server can start.</summary>
    /// <remarks>The caller must own the lock of the data folder, because this stops a running server.</remarks>
    public static async Task MakeWayAsync(string data, PostgresBinaries binaries, PostgresAccount account, CancellationToken cancel)
    {
        if (Read(data) is not { } earlier)
        {
            // Empty when the machine went down while it was written; PostgreSQL refuses to start over such a file.
            File.Delete(FileIn(data));
        }
        else if (await earlier.IsRunningAsync(cancel))
        {
            await earlier.StopAsync(binaries, account, cancel);
        }
        else
        {
            earlier.Disown();
        }
    }

    /// <summary>In order, and by force when that takes too long.</summary>
    async Task StopAsync(PostgresBinaries binaries, PostgresAccount account, CancellationToken cancel)
    {
        foreach (var mode in new[] { "fast", "immediate" })
        {
            await account.RunAsync([binaries.PgCtl, "stop", "-D", Data, "-m", mode, "-w", "-t", "30", "-s"], cancel);
            if (!await IsRunningAsync(cancel))
            {
                return;
            }
        }

        throw new PostgresUnavailableException(
            $"A PostgreSQL of an earlier run (process {ProcessId}) uses {Data} and does not stop: end it, or give --data DIR.");
    }

    /// <summary>Keeps a stale file from stopping the start: PostgreSQL takes any living process with its number for a server.</summary>
    /// <remarks>
    /// The file is not deleted: by its shared memory key PostgreSQL sees whether children of the dead server still write.
    /// </remarks>
    void Disown()
    {
        var numberEnd = Text.IndexOf('\n', StringComparison.Ordinal);
        File.WriteAllText(FileIn(Data), int.MaxValue.ToString(CultureInfo.InvariantCulture) + Text[numberEnd..]);
    }

    async Task<string[]> CommandLineAsync(CancellationToken cancel)
    {
        if (!OperatingSystem.IsLinux())
        {
            var output = await Command.RunAsync(["ps", "-p", ProcessId.ToString(CultureInfo.InvariantCulture), "-o", "command="], cancel);
            return output.Output.Contains($"-D {Data}", StringComparison.Ordinal) ? ["postgres", "-D", Data] : [output.Output];
        }

        try
        {
            var bytes = await File.ReadAllBytesAsync($"/proc/{ProcessId}/cmdline", cancel);
            return Encoding.UTF8.GetString(bytes).Split('\0');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return [""];
        }
    }

    static int Number(string[] lines, int index) =>
        int.TryParse(lines.ElementAtOrDefault(index), CultureInfo.InvariantCulture, out var number) ? number : 0;
}
