using System.Collections.Concurrent;
using System.Diagnostics;
using TwoStory.Core.Upstreams;
using TwoStory.Tests.Hosting;
using Xunit.Abstractions;

namespace TwoStory.Tests.Upstreams;

[Collection("upstreams")]
public sealed class ProviderLimiterTests(TemporaryPostgres postgres, ITestOutputHelper output)
{
    [Theory]
    [InlineData(100, 2.0)]
    [InlineData(300, 1.5)]
    [InlineData(20, 1.0)]
    [InlineData(1, 0.5)]
    public async Task Two_instances_together_never_send_more_than_allowed_in_any_window(int requests, double window)
    {
        using var stalls = new StallWatch();
        var database = await postgres.NewDatabaseAsync();
        await using var one = new Upstream(database, ("Upstreams:LongestSleep", "00:00:01"));
        await using var two = new Upstream(database, ("Upstreams:LongestSleep", "00:00:01"));
        await using var provider = await StandIn.StartAsync((_, _) => (200, """{"it":"works"}"""));
        var call = Call(new RateLimit(requests, TimeSpan.FromSeconds(window)));
        using var done = new CancellationTokenSource();

        var work = Enumerable.Range(0, 12).Select(worker => ContinueFetchingAsync(worker % 2 == 0 ? one : two, provider.Url, call, done.Token)).ToList();
        while (provider.Requests.Count < (2 * requests) + 4) await Task.Delay(20, CancellationToken.None);
        await done.CancelAsync();
        await Task.WhenAll(work);

        var arrivals = provider.Requests.Select(request => request.Arrived).Order().ToList();
        AssertNeverMore(arrivals, call.Limit, stalls.Longest);
        Assert.Equal(arrivals.Count, (await one.UsageAsync("spark")).Calls);
        var span = Stopwatch.GetElapsedTime(arrivals[0], arrivals[^1]).TotalSeconds;
        output.WriteLine($"{requests} per {window} s: {arrivals.Count} in {span:0.00} s, {(arrivals.Count - 1) / span * window / requests:P1} of the limit");
    }

    static UpstreamCall Call(RateLimit limit) => new()
    {
        Provider = UpstreamProviders.Spark,
        Operation = "test",
        OrganizationId = null,
        LimitKey = "spark:limited",
        Limit = limit,
        AttemptTimeout = TimeSpan.FromSeconds(20),
        BackOff = TimeSpan.FromSeconds(1),
    };

    static async Task ContinueFetchingAsync(Upstream upstream, Uri url, UpstreamCall call, CancellationToken done)
    {
        while (!done.IsCancellationRequested)
        {
            try
            {
                await upstream.Client.SendAsync(call, new HttpRequestMessage(HttpMethod.Get, url), answer => answer.Status, CancellationToken.None);
            }
            catch (UpstreamException full) when (full.Code == "spark_budget_spent")
            {
                await Task.Delay(20, CancellationToken.None);
            }
        }
    }

    // A stalled machine delays the arrival of a request at the provider.
    static void AssertNeverMore(List<long> arrivals, RateLimit limit, TimeSpan stall)
    {
        for (int first = 0, last = 0; last < arrivals.Count; last++)
        {
            while (first < last && Stopwatch.GetElapsedTime(arrivals[first], arrivals[last]) >= limit.Window - stall) first++;
            Assert.True(last - first + 1 <= limit.Requests, $"{last - first + 1} requests within {limit.Window}, {limit.Requests} are allowed.");
        }
    }

    [Fact]
    public async Task Slots_of_concurrent_callers_are_never_closer_than_the_interval()
    {
        var database = await postgres.NewDatabaseAsync();
        await using var one = new Upstream(database);
        await using var two = new Upstream(database);
        var limit = new RateLimit(200, TimeSpan.FromSeconds(2));
        var slots = new ConcurrentBag<long>();
        var clock = Stopwatch.GetTimestamp();

        await Task.WhenAll(Enumerable.Range(0, 200).Select(async number =>
        {
            var slot = await (number % 2 == 0 ? one : two).Get<ProviderLimiter>().ReserveAsync("key", limit, TimeSpan.FromMinutes(1), default);
            Assert.True(slot.Granted);
            await slot.WaitAsync(default);
            slots.Add(Stopwatch.GetElapsedTime(clock).Ticks);
        }));

        // Slot n cannot be used before n - burst intervals have passed since the first request, because a wait is never shortened.
        var used = slots.Order().ToList();
        for (var n = limit.Burst; n < used.Count; n++)
        {
            Assert.True(used[n] >= ((n - limit.Burst) * limit.Interval).Ticks);
        }
    }

    [Fact]
    public async Task Too_long_a_wait_reserves_no_slot_and_reports_the_retry_time()
    {
        await using var upstream = new Upstream(await postgres.NewDatabaseAsync());
        var limiter = upstream.Get<ProviderLimiter>();
        var limit = new RateLimit(1, TimeSpan.FromHours(1));
        Assert.True((await limiter.ReserveAsync("key", limit, TimeSpan.Zero, default)).Granted);

        for (var again = 0; again < 3; again++)
        {
            var refused = await limiter.ReserveAsync("key", limit, TimeSpan.FromSeconds(5), default);
            Assert.False(refused.Granted);
            Assert.InRange(refused.Wait, TimeSpan.FromMinutes(50), limit.Interval);
        }
        Assert.True((await limiter.ReserveAsync("another key", limit, TimeSpan.Zero, default)).Granted);
    }

    [Fact]
    public async Task A_delay_applies_to_all_callers_and_never_shortens_a_longer_one()
    {
        var database = await postgres.NewDatabaseAsync();
        await using var one = new Upstream(database);
        await using var two = new Upstream(database);
        var limit = new RateLimit(1500, TimeSpan.FromMinutes(5));

        await one.Get<ProviderLimiter>().DelayAsync("key", limit, TimeSpan.FromHours(3), default);
        await one.Get<ProviderLimiter>().DelayAsync("key", limit, TimeSpan.FromSeconds(1), default);

        var slot = await two.Get<ProviderLimiter>().ReserveAsync("key", limit, TimeSpan.FromSeconds(5), default);
        Assert.False(slot.Granted);
        Assert.InRange(slot.Wait, TimeSpan.FromHours(2.5), TimeSpan.FromHours(3));
    }
}
