namespace TwoStory.Core.Upstreams;

/// <summary>
/// How much later than usual an answer of the database arrived. The two clocks differ by an unknown amount, but that is the same
/// each time: what an answer is late by is how far it lies above the least difference that was seen lately.
/// </summary>
sealed class AnswerDelay(TimeProvider time)
{
    // Clocks drift and are set; a least difference from long ago says nothing.
    static readonly TimeSpan Lately = TimeSpan.FromSeconds(10);

    readonly Lock gate = new();
    readonly long origin = time.GetTimestamp();

    long turned;
    long latest = long.MinValue / 2;
    long least = long.MaxValue;
    long leastBefore = long.MaxValue;

    /// <summary>Whether nothing was seen lately, so that the next answer could not be told to be late.</summary>
    public bool IsUnknown
    {
        get
        {
            lock (gate) return Now(time.GetTimestamp()) - latest > Lately.TotalMicroseconds;
        }
    }

    /// <summary>Begins anew with some answers, of which at least one should have come at once.</summary>
    public void Learn(IEnumerable<(long TheirMicroseconds, long Answered)> answers)
    {
        lock (gate)
        {
            (least, leastBefore) = (answers.Min(answer => Now(answer.Answered) - answer.TheirMicroseconds), long.MaxValue);
            turned = latest = Now(time.GetTimestamp());
        }
    }

    /// <param name="theirMicroseconds">The database's clock when it answered.</param>
    /// <param name="answered">The timestamp at which the answer was here.</param>
    public TimeSpan For(long theirMicroseconds, long answered)
    {
        var now = Now(answered);
        lock (gate)
        {
            if (now - turned > Lately.TotalMicroseconds) (turned, leastBefore, least) = (now, least, long.MaxValue);
            (latest, least) = (Math.Max(latest, now), Math.Min(least, now - theirMicroseconds));
            return TimeSpan.FromMicroseconds(now - theirMicroseconds - Math.Min(least, leastBefore));
        }
    }

    long Now(long timestamp) => (long)time.GetElapsedTime(origin, timestamp).TotalMicroseconds;
}
