namespace TwoStory.Core.Upstreams;

/// <summary>The most requests that a provider allows in any window of a length, wherever the window starts.</summary>
/// <param name="Requests">At least 1.</param>
/// <param name="Window">Longer than zero.</param>
public readonly record struct RateLimit(int Requests, TimeSpan Window)
{
    // The share of the allowed rate that is used; the rest allows for requests that arrive late.
    const double Share = 0.96;

    /// <summary>The most requests that may be sent at once after a pause.</summary>
    internal int Burst => Math.Max(1, Requests / 100);

    /// <summary>The time between two requests in the long run, in whole microseconds.</summary>
    internal TimeSpan Interval => TimeSpan.FromMicroseconds(Math.Ceiling(Window.TotalMicroseconds / (Requests * Share)));

    /// <summary>How far the theoretical arrival may run ahead of the clock before a request has to wait.</summary>
    internal TimeSpan Tolerance => (Burst - 1) * Interval;

    /// <summary>
    /// How much later than its slot a request may reach the provider without breaking the limit. A span L has at most
    /// Burst + floor(L / Interval) slots, so a span shorter than (Requests - Burst + 1) x Interval never has more than Requests.
    /// </summary>
    internal TimeSpan Margin => ((Requests - Burst + 1) * Interval) - Window;
}
