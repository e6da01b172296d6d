namespace TwoStory.Core.Upstreams;

/// <summary>A slot in a provider's shared budget, or the news that none is free soon enough.</summary>
public sealed class Lease
{
    static readonly TimeSpan MostMadeUpFor = TimeSpan.FromMilliseconds(200);

    readonly TimeProvider time;
    readonly TimeSpan wait;
    readonly long answered;
    readonly TimeSpan lateness;
    readonly TimeSpan mayBeLate;

    /// <param name="wait">Below zero when the slot had passed before the database had answered: so late it is already.</param>
    /// <param name="answered">The timestamp at which the answer was here.</param>
    /// <param name="lateness">How much later than usual the answer was here.</param>
    internal Lease(TimeProvider time, bool granted, TimeSpan wait, long answered, TimeSpan lateness, TimeSpan mayBeLate)
    {
        (this.time, Granted, this.wait, this.answered, this.lateness, this.mayBeLate) = (time, granted, wait, answered, lateness, mayBeLate);
    }

    /// <summary>False when nothing was reserved.</summary>
    public bool Granted { get; }

    /// <summary>Granted: how long to wait before the request is sent. Otherwise: when to ask again at the earliest.</summary>
    public TimeSpan Wait => wait > TimeSpan.Zero ? wait : TimeSpan.Zero;

    /// <summary>False when the slot passed so long ago that using it now could break the limit; reserve another.</summary>
    public bool IsFresh => Granted && time.GetElapsedTime(answered) - wait + lateness <= mayBeLate;

    /// <summary>Sleeps until the slot, and never wakes before it.</summary>
    public Task WaitAsync(CancellationToken cancel) => WaitUntilAsync(TimeSpan.Zero, cancel);

    /// <summary>Sleeps until shortly before the slot, for what is to be done before the request; <see cref="WaitAsync"/> must follow.</summary>
    internal async Task WaitUntilAsync(TimeSpan before, CancellationToken cancel)
    {
        for (var left = Left() - before; left > TimeSpan.Zero; left = Left() - before)
        {
            // A timer works in whole milliseconds and may round down.
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), time, cancel);
        }
    }

    // An answer that was long on its way is made up for, within bounds: if it was the database's clock that was set, this would be early.
    TimeSpan Left() => Wait - (lateness < MostMadeUpFor ? lateness : MostMadeUpFor) - time.GetElapsedTime(answered);
}
