namespace TwoStory.Core.Usage;

/// <summary>
/// How much later than usual an answer of the database arrived. The two clocks differ by an unknown amount, but that is the same
/// each time: what an answer is late by is how far it lies above the least difference that was seen lately.
/// </summary>
sealed class AnswerDelay(TimeProvider time)
{
    // Clocks drift and are set; a least difference from long ago says nothing.
    static readonly TimeSpan Lately = TimeSpan.FromSeconds(30);

    readonly Lock gate = new();
    readonly long origin = time.GetTimestamp();

    long turned;
    long least = long.MaxValue;
    long leastBefore = long.MaxValue;

    /// <param name="theirMicroseconds">The database's clock when it answered.</param>
    /// <param name="answered">The timestamp at which the answer was here.</param>
    public TimeSpan Of(long theirMicroseconds, long answered)
    {
        var ours = (long)time.GetElapsedTime(origin, answered).TotalMicroseconds;
        var difference = ours - theirMicroseconds;
        lock (gate)
        {
            if (ours - turned > Lately.TotalMicroseconds) (turned, leastBefore, least) = (ours, least, long.MaxValue);
            least = Math.Min(least, difference);
            return TimeSpan.FromMicroseconds(difference - Math.Min(least, leastBefore));
        }
    }
}
