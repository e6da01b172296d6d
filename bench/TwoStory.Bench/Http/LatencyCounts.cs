namespace TwoStory.Bench.Http;

/// <summary>How often each latency was seen, to 5 %, in as much memory after ten minutes as after one second. Any number of threads may count.</summary>
sealed class LatencyCounts
{
    const double Least = 0.05;
    const double Step = 1.05;

    readonly long[] counts = new long[400];
    long total;

    public long Total => Interlocked.Read(ref total);

    public void Add(double milliseconds)
    {
        var place = (int)(Math.Log(Math.Max(milliseconds, Least) / Least) / Math.Log(Step));
        Interlocked.Increment(ref counts[Math.Min(place, counts.Length - 1)]);
        Interlocked.Increment(ref total);
    }

    /// <param name="share">0 to 1.</param>
    /// <returns>Milliseconds; 0 when nothing was counted.</returns>
    public double Percentile(double share)
    {
        var left = (long)Math.Ceiling(share * Total);
        for (var place = 0; place < counts.Length && Total > 0; place++)
        {
            left -= Interlocked.Read(ref counts[place]);
            if (left <= 0) return Least * Math.Pow(Step, place + 1);
        }
        return 0;
    }
}
