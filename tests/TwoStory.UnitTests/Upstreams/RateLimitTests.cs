using TwoStory.Core.Upstreams;

namespace TwoStory.Tests.Upstreams;

public sealed class RateLimitTests
{
    static readonly int[] Requests = [1, 2, 3, 5, 10, 19, 20, 50, 99, 100, 101, 199, 200, 500, 1000, 1500, 4000, 100_000];

    static readonly TimeSpan[] Windows = [TimeSpan.FromSeconds(0.25), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5)];

    public static TheoryData<int, TimeSpan> Limits()
    {
        var limits = new TheoryData<int, TimeSpan>();
        foreach (var requests in Requests) foreach (var window in Windows) limits.Add(requests, window);
        return limits;
    }

    [Theory]
    [MemberData(nameof(Limits))]
    public void No_span_of_the_window_and_its_margin_holds_more_slots_than_allowed(int requests, TimeSpan window)
    {
        var limit = new RateLimit(requests, window);
        var span = window + limit.Margin - TimeSpan.FromMicroseconds(1);

        Assert.True(limit.Burst + (long)(span / limit.Interval) <= requests);
        Assert.True(limit.Margin >= window * 0.03);
    }

    [Theory]
    [MemberData(nameof(Limits))]
    public void At_least_95_percent_of_what_is_allowed_can_be_used(int requests, TimeSpan window)
    {
        // Beyond a hundred thousand a second, whole microseconds are too coarse for an interval.
        if (window / requests < TimeSpan.FromMicroseconds(100)) return;
        Assert.True(window / new RateLimit(requests, window).Interval >= 0.95 * requests);
    }
}
