using System.Net;
using System.Net.Sockets;

namespace TwoStory.Local.Postgres;

/// <summary>Starts the server of a locked data folder, with any remains of an earlier run.</summary>
sealed class ServerStart(
    PostgresCluster cluster, PostgresBinaries binaries, PostgresAccount account, IReadOnlyDictionary<string, string> settings)
{
    /// <summary>The recovery of a killed server takes its time.</summary>
    static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(5);

    public async Task PrepareAsync(CancellationToken cancel)
    {
        if (!cluster.Exists)
        {
            await cluster.InitialiseAsync(binaries, durable: settings.GetValueOrDefault("fsync") != "off", cancel);
            return;
        }

        await Postmaster.MakeWayAsync(cluster.Data, binaries, account, cancel);
        cluster.TurnLog();
    }

    /// <summary>Starts it on a free port, on another if a second process took the port first.</summary>
    public async Task<(ServerProcess Process, int Port)> LaunchAsync(CancellationToken cancel)
    {
        const int attempts = 10;
        for (var attempt = 1; ; attempt++)
        {
            var port = FreePort();
            var logStart = cluster.LogLength;
            if (await TryAsync(port, cancel) is { } process)
            {
                return (process, port);
            }

            var log = await cluster.ReadLogAsync(logStart, cancel);
            if (attempt == attempts || !PassesByItself(log))
            {
                throw new PostgresUnavailableException(
                    $"PostgreSQL did not start: {new CommandResult(1, log).Reason} (more in {cluster.Log})");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(300), cancel);
        }
    }

    async Task<ServerProcess?> TryAsync(int port, CancellationToken cancel)
    {
        PostgresSettings.Write(cluster.Data, port, settings);
        var process = await ServerProcess.StartAsync(binaries, account, cluster, cancel);
        var ready = false;
        try
        {
            ready = await IsReadyAsync(process, port, cancel);
            return ready ? process : null;
        }
        finally
        {
            if (!ready)
            {
                await process.DisposeAsync();
            }
        }
    }

    async Task<bool> IsReadyAsync(ServerProcess process, int port, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(LongestStart);
        try
        {
            while (!process.HasEnded)
            {
                // Not by connecting: on a port that another server took first, that would answer.
                if (Postmaster.Read(cluster.Data) is { IsReady: true } server
                    && server.Port == port && await server.IsRunningAsync(patience.Token))
                {
                    return true;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(20), patience.Token);
            }

            return false;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Another process took the port after it was selected, or children of a killed server are still ending.</summary>
    static bool PassesByItself(string log) =>
        log.Contains("could not bind", StringComparison.Ordinal)
        || log.Contains("could not create any TCP/IP sockets", StringComparison.Ordinal)
        || log.Contains("pre-existing shared memory block", StringComparison.Ordinal);

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
