using TwoStory.Core.Data;

namespace TwoStory.Core.Upstreams;

/// <summary>
/// The providers' rate limits for all instances together: the generic cell rate algorithm, kept as one row per key in PostgreSQL
/// and moved on by one atomic statement that reads the database's clock only.
/// </summary>
public sealed class ProviderLimiter(Database database, TimeProvider time) : IDisposable
{
    // Of a limit's margin; the rest is for the network between here and the provider.
    const double LatenessShare = 0.5;

    readonly AnswerDelay delays = new(time);
    readonly SemaphoreSlim learning = new(1);

    sealed record Row(bool Granted, long WaitMicroseconds, long NowMicroseconds);

    /// <summary>Reserves the next free slot when it is at most <paramref name="maxWait"/> away, and otherwise nothing.</summary>
    /// <param name="key">The provider and its credential, such as <c>spark:3f…</c>; never the credential itself.</param>
    public async Task<Lease> ReserveAsync(string key, RateLimit limit, TimeSpan maxWait, CancellationToken cancel)
    {
        if (delays.IsUnknown) await LearnAsync(cancel);
        // The clock is read once, inside the update and therefore after the row's lock: read twice, it could grant without advancing.
        var row = await database.QueryFirstAsync<Row>(
            """
            insert into rate_limits as r (key, theoretical_arrival, granted)
            values (@key, clock_timestamp() + @interval * interval '1 microsecond', true)
            on conflict (key) do update set (theoretical_arrival, granted) = (
                select case when fits then greatest(r.theoretical_arrival, now) + @interval * interval '1 microsecond' else r.theoretical_arrival end, fits
                from (select now, r.theoretical_arrival - @tolerance * interval '1 microsecond' <= now + @maxWait * interval '1 microsecond' as fits
                      from (select clock_timestamp() as now offset 0) clock offset 0) decision)
            returning granted, ceil(1000000 * extract(epoch from
                theoretical_arrival - (@tolerance + case when granted then @interval else 0 end) * interval '1 microsecond' - clock_timestamp()))::bigint as wait_microseconds,
                (1000000 * extract(epoch from clock_timestamp()))::bigint as now_microseconds
            """,
            new
            {
                key,
                interval = Microseconds(limit.Interval),
                tolerance = Microseconds(limit.Tolerance),
                maxWait = Microseconds(maxWait),
            }, cancel);
        var answered = time.GetTimestamp();
        return new Lease(time, row!.Granted, TimeSpan.FromMicroseconds(row.WaitMicroseconds), answered,
            delays.For(row.NowMicroseconds, answered), limit.Margin * LatenessShare);
    }

    /// <summary>Holds back everybody's next request, after the provider said that the limit is reached.</summary>
    public Task DelayAsync(string key, RateLimit limit, TimeSpan delay, CancellationToken cancel) =>
        database.ExecuteAsync(
            """
            insert into rate_limits as r (key, theoretical_arrival, granted)
            values (@key, clock_timestamp() + @delay * interval '1 microsecond', false)
            on conflict (key) do update set theoretical_arrival = greatest(r.theoretical_arrival, clock_timestamp() + @delay * interval '1 microsecond')
            """,
            new { key, delay = Microseconds(delay + limit.Tolerance) }, cancel);

    // The first questions of a process, or after a pause, take longer than what they ask for. One after the other, so that
    // they do not make each other late.
    async Task LearnAsync(CancellationToken cancel)
    {
        await learning.WaitAsync(cancel);
        try
        {
            if (!delays.IsUnknown) return;
            var answers = new List<(long, long)>();
            for (var question = 0; question < 8; question++)
            {
                var row = await database.QueryFirstAsync<Row>(
                    "select true as granted, 0::bigint as wait_microseconds, (1000000 * extract(epoch from clock_timestamp()))::bigint as now_microseconds", null, cancel);
                answers.Add((row!.NowMicroseconds, time.GetTimestamp()));
            }
            delays.Learn(answers);
        }
        finally
        {
            learning.Release();
        }
    }

    public void Dispose() => learning.Dispose();

    static long Microseconds(TimeSpan span) => (long)Math.Ceiling(span.TotalMicroseconds);
}
