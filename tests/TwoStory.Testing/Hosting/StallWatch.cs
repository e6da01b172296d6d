using System.Diagnostics;

namespace TwoStory.Tests.Hosting;

/// <summary>Detects when the machine is too busy to wake a sleeping thread in time.</summary>
sealed class StallWatch : IDisposable
{
    static readonly TimeSpan Nap = TimeSpan.FromMilliseconds(5);

    readonly Thread thread;

    volatile bool stopped;
    long longest;

    public StallWatch()
    {
        thread = new Thread(Watch) { IsBackground = true };
        thread.Start();
    }

    public TimeSpan Longest => TimeSpan.FromTicks(Interlocked.Read(ref longest)) - Nap;

    public void Dispose()
    {
        stopped = true;
        thread.Join();
    }

    void Watch()
    {
        while (!stopped)
        {
            var asleep = Stopwatch.GetTimestamp();
            Thread.Sleep(Nap);
            Interlocked.Exchange(ref longest, Math.Max(longest, Stopwatch.GetElapsedTime(asleep).Ticks));
        }
    }
}
