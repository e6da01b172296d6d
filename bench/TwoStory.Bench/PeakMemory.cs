using System.Diagnostics;

namespace TwoStory.Bench;

/// <summary>Watches this process's working set; host, simulators and benchmark share it, PostgreSQL does not.</summary>
sealed class PeakMemory : IDisposable
{
    readonly CancellationTokenSource stop = new();
    long peak;

    public PeakMemory() => _ = WatchAsync();

    public long Megabytes => Interlocked.Read(ref peak) / 1_048_576;

    async Task WatchAsync()
    {
        using var process = Process.GetCurrentProcess();
        while (!stop.IsCancellationRequested)
        {
            process.Refresh();
            Interlocked.Exchange(ref peak, Math.Max(Interlocked.Read(ref peak), process.WorkingSet64));
            await Task.Delay(50);
        }
    }

    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
    }
}
