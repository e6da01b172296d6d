namespace TwoStory.Core.Upstreams;

/// <summary>What a provider allows: at most so many requests in any window of this length, wherever the window starts.</summary>
/// <param name="Requests">1 and more.</param>
/// <param name="Window">Longer than zero.</param>
public readonly record struct RateLimit(int Requests, TimeSpan Window)
{
    // The share of the allowed rate that is used; the rest pays for requests that arrive later than they were due.
    const double Share = 0.96;

    /// <summary>How many requests may go at once after a pause.</summary>
    internal int Burst => Math.Max(1, Requests / 100);

    /// <summary>The time between two requests in the long run, in whole microseconds.</summary>
    internal TimeSpan Interval => TimeSpan.FromMicroseconds(Math.Ceiling(Window.TotalMicroseconds / (Requests * Share)));

    /// <summary>How far the theoretical arrival may run ahead of the clock before a request has to wait.</summary>
    internal TimeSpan Tolerance => (Burst - 1) * Interval;

    /// <summary>
    /// How much later than its slot a request may reach the provider without breaking the limit. A span L holds at most
    /// Burst + floor(L / Interval) slots, so a span shorter than (Requests - Burst + 1) x Interval never holds more than Requests.
    /// </summary>
    internal TimeSpan Margin => ((Requests - Burst + 1) * Interval) - Window;
}
