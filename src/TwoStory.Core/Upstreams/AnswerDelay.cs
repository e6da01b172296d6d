namespace TwoStory.Core.Upstreams;

/// <summary>
/// Measures how much later than usual an answer of the database arrived. The two clocks differ by an unknown, constant amount, so an
/// answer is late by the distance to the least difference of the last seconds.
/// </summary>
sealed class AnswerDelay(TimeProvider time)
{
    // Clocks drift and are set, so an old minimum is worthless.
    static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    readonly Lock sync = new();
    readonly long origin = time.GetTimestamp();

    long rotated;
    long latest = long.MinValue / 2;
    long least = long.MaxValue;
    long leastBefore = long.MaxValue;

    /// <summary>True without a recent answer to compare the next one with.</summary>
    public bool IsUnknown
    {
        get
        {
            lock (sync) return Now(time.GetTimestamp()) - latest > Window.TotalMicroseconds;
        }
    }

    /// <summary>Starts again from some answers, of which at least one should be prompt.</summary>
    public void Learn(IEnumerable<(long TheirMicroseconds, long Answered)> answers)
    {
        lock (sync)
        {
            (least, leastBefore) = (answers.Min(answer => Now(answer.Answered) - answer.TheirMicroseconds), long.MaxValue);
            rotated = latest = Now(time.GetTimestamp());
        }
    }

    /// <param name="theirMicroseconds">The database's clock when it answered.</param>
    /// <param name="answered">The timestamp at which the answer arrived.</param>
    public TimeSpan For(long theirMicroseconds, long answered)
    {
        var now = Now(answered);
        lock (sync)
        {
            if (now - rotated > Window.TotalMicroseconds) (rotated, leastBefore, least) = (now, least, long.MaxValue);
            (latest, least) = (Math.Max(latest, now), Math.Min(least, now - theirMicroseconds));
            return TimeSpan.FromMicroseconds(now - theirMicroseconds - Math.Min(least, leastBefore));
        }
    }

    long Now(long timestamp) => (long)time.GetElapsedTime(origin, timestamp).TotalMicroseconds;
}
