namespace TwoStory.Simulators.Control;

/// <summary>The most requests that arrived within any window of a length; the caller locks.</summary>
sealed class BusiestWindow(TimeProvider time, TimeSpan length)
{
    readonly Queue<long> recent = [];

    public int Peak { get; private set; }

    public void Arrived()
    {
        var now = time.GetTimestamp();
        while (recent.TryPeek(out var oldest) && time.GetElapsedTime(oldest, now) >= length)
        {
            recent.Dequeue();
        }

        recent.Enqueue(now);
        Peak = Math.Max(Peak, recent.Count);
    }
}
