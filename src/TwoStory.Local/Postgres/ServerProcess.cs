using System.Diagnostics;

namespace TwoStory.Local.Postgres;

/// <summary>A running server that stops in order when it is disposed, and also when this process dies.</summary>
/// <remarks>
/// A shell runs between this process and the server and reads from a pipe that this process keeps open. The pipe closes when we stop, however
/// we stop, and the shell then requests a fast shutdown of the server (SIGINT). On Windows pg_ctl starts and stops it, as
/// only pg_ctl can give up an administrator's rights; there a killed run leaves the server to the next start.
/// </remarks>
sealed class ServerProcess : IAsyncDisposable
{
    const string Script =
        """
        log=$1; shift
        exec 3<&0 </dev/null >>"$log" 2>&1
        trap '' INT HUP
        "$@" 3<&- &
        server=$!
        { read -r line <&3; kill -INT "$server"; } &
        reader=$!
        exec 3<&-
        wait "$server"
        code=$?
        kill "$reader" 2>/dev/null
        exit "$code"
        """;

    readonly PostgresBinaries binaries;
    readonly PostgresAccount account;
    readonly string data;
    readonly Process? shell;

    ServerProcess(PostgresBinaries binaries, PostgresAccount account, string data, Process? shell) =>
        (this.binaries, this.account, this.data, this.shell) = (binaries, account, data, shell);

    /// <summary>On Windows pg_ctl waits for the start, so a server that is not ready afterwards has failed.</summary>
    public bool HasEnded => shell is null ? Postmaster.Read(data) is not { IsReady: true } : shell.HasExited;

    public static async Task<ServerProcess> StartAsync(
        PostgresBinaries binaries, PostgresAccount account, PostgresCluster cluster, CancellationToken cancel)
    {
        if (OperatingSystem.IsWindows())
        {
            // Not through pipes: the server would inherit them, and reading them would never end.
            using var control = Process.Start(Command.Describe(
                [binaries.PgCtl, "start", "-D", cluster.Data, "-l", cluster.Log, "-w", "-s"]))!;
            await control.WaitForExitAsync(cancel);
            return new ServerProcess(binaries, account, cluster.Data, null);
        }

        // A session of its own keeps the terminal's Ctrl-C from the server: we stop first, then it does.
        string[] session = Command.Find("setsid") is { } setsid ? [setsid] : [];
        var start = Command.Describe(
            [.. session, .. account.Prefix, "/bin/sh", "-c", Script, "sh", cluster.Log, binaries.Postgres, "-D", cluster.Data]);
        // The server must not print on the console; its output goes to the log.
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        return new ServerProcess(binaries, account, cluster.Data, Process.Start(start)!);
    }

    public async ValueTask DisposeAsync()
    {
        if (shell is null)
        {
            await PgCtlStopAsync("fast");
            return;
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            shell.StandardInput.Close();
            await shell.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            await PgCtlStopAsync("immediate");
        }
        finally
        {
            shell.Dispose();
        }
    }

    Task<CommandResult> PgCtlStopAsync(string mode) =>
        account.RunAsync([binaries.PgCtl, "stop", "-D", data, "-m", mode, "-w", "-s"], CancellationToken.None);
}
