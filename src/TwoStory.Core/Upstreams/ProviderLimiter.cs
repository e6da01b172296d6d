using TwoStory.Core.Data;

namespace TwoStory.Core.Upstreams;

/// <summary>
/// The providers' rate limits, shared by all instances: the generic cell rate algorithm, stored as one row per key in PostgreSQL and
/// advanced by one atomic statement that reads the database's clock only.
/// </summary>
sealed class ProviderLimiter(Database database, TimeProvider time) : IDisposable
{
    // The share of a limit's margin that a lease may be late; the rest is for the network between here and the provider.
    const double LatenessShare = 0.5;

    readonly AnswerDelay delays = new(time);
    readonly SemaphoreSlim learning = new(1);

    sealed record Row(bool Granted, long WaitMicroseconds, long NowMicroseconds);

    /// <summary>Reserves the next free slot if it is at most <paramref name="maxWait"/> away.</summary>
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
                theoretical_arrival - (@tolerance + case when granted then @interval else 0 end) * interval '1 microsecond'
                - clock_timestamp()))::bigint as wait_microseconds,
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

    /// <summary>Delays the next request of every instance, after the provider reported that the limit is reached. Never shortens a longer delay.</summary>
    public Task DelayAsync(string key, RateLimit limit, TimeSpan delay, CancellationToken cancel) =>
        database.ExecuteAsync(
            """
            insert into rate_limits as r (key, theoretical_arrival, granted)
            values (@key, clock_timestamp() + @delay * interval '1 microsecond', false)
            on conflict (key) do update set theoretical_arrival = greatest(r.theoretical_arrival, clock_timestamp() + @delay * interval '1 microsecond')
            """,
            new { key, delay = Microseconds(delay + limit.Tolerance) }, cancel);

    // The first statements of a process, or after a pause, are slow. They run one after the other, so that they do not delay each other.
    async Task LearnAsync(CancellationToken cancel)
    {
        await learning.WaitAsync(cancel);
        try
        {
            if (!delays.IsUnknown) return;
            var answers = new List<(long, long)>();
            for (var sample = 0; sample < 8; sample++)
            {
                var row = await database.QueryFirstAsync<Row>(
                    """
                    select true as granted, 0::bigint as wait_microseconds, (1000000 * extract(epoch from clock_timestamp()))::bigint as now_microseconds
                    """, null, cancel);
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

/// <summary>A slot in a provider's shared rate limit, or the wait until one may be free.</summary>
sealed class Lease
{
    static readonly TimeSpan MostCorrection = TimeSpan.FromMilliseconds(200);

    readonly TimeProvider time;
    readonly TimeSpan wait;
    readonly long answered;
    readonly TimeSpan lateness;
    readonly TimeSpan mayBeLate;

    /// <param name="wait">Below zero when the slot had passed before the database answered.</param>
    /// <param name="answered">The timestamp at which the answer arrived.</param>
    /// <param name="lateness">How much later than usual the answer arrived.</param>
    internal Lease(TimeProvider time, bool granted, TimeSpan wait, long answered, TimeSpan lateness, TimeSpan mayBeLate)
    {
        (this.time, Granted, this.wait, this.answered, this.lateness, this.mayBeLate) = (time, granted, wait, answered, lateness, mayBeLate);
    }

    /// <summary>False when nothing was reserved.</summary>
    public bool Granted { get; }

    /// <summary>For a granted lease the wait before the request is sent, otherwise the earliest time of the next try.</summary>
    public TimeSpan Wait => wait > TimeSpan.Zero ? wait : TimeSpan.Zero;

    /// <summary>False when the slot passed so long ago that a request could break the limit.</summary>
    public bool IsFresh => Granted && time.GetElapsedTime(answered) - wait + lateness <= mayBeLate;

    /// <summary>Waits for the slot, and never ends before it.</summary>
    public Task WaitAsync(CancellationToken cancel) => WaitUntilAsync(TimeSpan.Zero, cancel);

    /// <summary>Waits until shortly before the slot, for work that precedes the request; <see cref="WaitAsync"/> must follow.</summary>
    public async Task WaitUntilAsync(TimeSpan before, CancellationToken cancel)
    {
        for (var left = Left() - before; left > TimeSpan.Zero; left = Left() - before)
        {
            // A timer works in whole milliseconds and may round down.
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), time, cancel);
        }
    }

    // Corrects for an answer that was late, within bounds: if the database's clock was set instead, the correction would be too early.
    TimeSpan Left() => Wait - (lateness < MostCorrection ? lateness : MostCorrection) - time.GetElapsedTime(answered);
}
