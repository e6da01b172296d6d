using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using TwoStory.Core.Upstreams;

namespace TwoStory.Tests.Upstreams;

[Collection("upstreams")]
public sealed class UpstreamClientTests(TemporaryPostgres postgres)
{
    static UpstreamCall Call(Guid? organization = null) => new()
    {
        Provider = UpstreamProviders.Spark,
        Operation = "test",
        OrganizationId = organization,
        LimitKey = "spark:test",
        Limit = new RateLimit(10_000, TimeSpan.FromSeconds(1)),
        AttemptTimeout = TimeSpan.FromSeconds(20),
        BackOff = TimeSpan.FromMinutes(5),
    };

    static string Read(UpstreamAnswer answer) =>
        answer.IsSuccess ? answer.Json().GetProperty("it").GetString()! : throw UpstreamStatus.Failure(UpstreamProviders.Spark, answer);

    static Task<string> SendAsync(Upstream upstream, StandIn provider, UpstreamCall? call = null) =>
        upstream.Client.SendAsync(call ?? Call(), new HttpRequestMessage(HttpMethod.Get, provider.Url), Read, default);

    async Task<Upstream> NewAsync(params (string, string)[] settings) => new(await postgres.NewDatabaseAsync(), settings);

    [Theory]
    [InlineData(500, UpstreamFailure.Unavailable, 4)]
    [InlineData(503, UpstreamFailure.Unavailable, 4)]
    [InlineData(504, UpstreamFailure.Unavailable, 4)]
    [InlineData(408, UpstreamFailure.Unavailable, 4)]
    [InlineData(501, UpstreamFailure.Rejected, 1)]
    [InlineData(400, UpstreamFailure.Rejected, 1)]
    [InlineData(302, UpstreamFailure.Rejected, 1)]
    [InlineData(401, UpstreamFailure.Refused, 1)]
    [InlineData(403, UpstreamFailure.Refused, 1)]
    [InlineData(404, UpstreamFailure.NotFound, 1)]
    [InlineData(413, UpstreamFailure.TooComplex, 1)]
    [InlineData(429, UpstreamFailure.LimitReached, 1)]
    public async Task Each_status_is_retried_or_not_and_every_attempt_is_in_the_ledger(int status, UpstreamFailure kind, int attempts)
    {
        await using var upstream = await NewAsync();
        await using var provider = await StandIn.StartAsync((_, _) => (status, "{}"));

        var failure = await Assert.ThrowsAsync<UpstreamException>(() => SendAsync(upstream, provider));

        Assert.Equal(kind, failure.Kind);
        Assert.Equal(kind is UpstreamFailure.Unavailable or UpstreamFailure.LimitReached, failure.RetryAt > DateTime.UtcNow);
        Assert.Equal(attempts, provider.Requests.Count);
        var failures = kind == UpstreamFailure.NotFound ? 0 : attempts;
        Assert.Equal(new Upstream.Usage(attempts, 0, failures, 0), await upstream.UsageAsync("spark"));
    }

    [Fact]
    public async Task A_provider_that_recovers_is_answered_for()
    {
        await using var upstream = await NewAsync();
        await using var provider = await StandIn.StartAsync((number, _) => number < 4 ? (500, "{}") : (200, """{"it":"works"}"""));

        Assert.Equal("works", await SendAsync(upstream, provider));
        Assert.Equal(new Upstream.Usage(4, 0, 3, 0), await upstream.UsageAsync("spark"));
    }

    [Theory]
    [InlineData("<html>Sorry</html>")]
    [InlineData("""{"it":"wor""")]
    [InlineData("")]
    public async Task A_body_that_is_no_JSON_is_retried_and_then_a_bad_answer(string body)
    {
        await using var upstream = await NewAsync();
        await using var provider = await StandIn.StartAsync((_, _) => (200, body));

        var failure = await Assert.ThrowsAsync<UpstreamException>(() => SendAsync(upstream, provider));

        Assert.Equal((UpstreamFailure.BadAnswer, "spark_not_json"), (failure.Kind, failure.Code));
        Assert.Equal(4, provider.Requests.Count);
    }

    [Fact]
    public async Task A_body_cut_off_on_its_way_is_retried()
    {
        await using var upstream = await NewAsync();
        var number = 0;
        await using var provider = await StandIn.StartAsync(async (_, context) =>
        {
            context.Response.ContentLength = 14;
            await context.Response.WriteAsync(++number == 1 ? """{"it":""" : """{"it":"works"}""");
            await context.Response.Body.FlushAsync();
            if (number == 1) context.Abort();
        });

        Assert.Equal("works", await SendAsync(upstream, provider));
        Assert.Equal(2, provider.Requests.Count);
    }

    [Fact]
    public async Task A_stalled_provider_is_given_up_and_retried()
    {
        await using var upstream = await NewAsync();
        var number = 0;
        await using var provider = await StandIn.StartAsync(async (_, context) =>
        {
            if (++number == 1) await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            else await context.Response.WriteAsync("""{"it":"works"}""");
        });

        Assert.Equal("works", await SendAsync(upstream, provider, Call() with { AttemptTimeout = TimeSpan.FromMilliseconds(500) }));
        Assert.Equal(new Upstream.Usage(2, 0, 1, 0), await upstream.UsageAsync("spark"));
    }

    [Fact]
    public async Task A_connection_closed_without_an_answer_is_one_call_each_time_also_on_a_reused_connection()
    {
        await using var upstream = await NewAsync();
        using var provider = new TcpListener(IPAddress.Loopback, 0);
        provider.Start();
        var seen = 0;
        using var stop = new CancellationTokenSource();
        var serving = ServeAsync(provider, () => Interlocked.Increment(ref seen) % 3 != 2, stop.Token);
        var url = new Uri($"http://{provider.LocalEndpoint}/");

        for (var call = 0; call < 6; call++)
        {
            Assert.Equal("works", await upstream.Client.SendAsync(Call(), new HttpRequestMessage(HttpMethod.Get, url), Read, default));
        }

        Assert.Equal(seen, (await upstream.UsageAsync("spark")).Calls);
        Assert.True(seen > 6);
        await stop.CancelAsync();
        await serving;
    }

    // Reads requests, and instead of answering some of them closes the connection politely.
    static async Task ServeAsync(TcpListener listener, Func<bool> answers, CancellationToken stop)
    {
        var connections = new List<Task>();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                connections.Add(ServeAsync(await listener.AcceptTcpClientAsync(stop), answers, stop));
            }
            catch (OperationCanceledException)
            {
                await Task.WhenAll(connections);
            }
        }
    }

    static async Task ServeAsync(TcpClient connection, Func<bool> answers, CancellationToken stop)
    {
        using (connection)
        {
            var buffer = new byte[16_384];
            try
            {
                while (await connection.GetStream().ReadAsync(buffer, stop) > 0 && answers())
                {
                    await connection.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{\"it\":\"works\"}"u8.ToArray(), stop);
                }
            }
            catch (OperationCanceledException)
            {
                // The test is over.
            }
        }
    }

    [Fact]
    public async Task An_unreachable_provider_is_unavailable()
    {
        await using var upstream = await NewAsync();
        var provider = await StandIn.StartAsync((_, _) => (200, "{}"));
        var url = provider.Url;
        await provider.DisposeAsync();

        var failure = await Assert.ThrowsAsync<UpstreamException>(() =>
            upstream.Client.SendAsync(Call(), new HttpRequestMessage(HttpMethod.Get, url), Read, default));

        Assert.Equal((UpstreamFailure.Unavailable, "spark_unreachable"), (failure.Kind, failure.Code));
        Assert.Equal(0, (await upstream.UsageAsync("spark")).Calls);
    }

    [Fact]
    public async Task An_answer_larger_than_the_bound_is_refused_at_once()
    {
        await using var upstream = await NewAsync(("Upstreams:MaxBodyBytes", "2048"));
        await using var provider = await StandIn.StartAsync((_, _) => (200, new string(' ', 10_000)));

        var failure = await Assert.ThrowsAsync<UpstreamException>(() => SendAsync(upstream, provider));

        Assert.Equal("spark_answer_too_large", failure.Code);
        Assert.Single(provider.Requests);
    }

    [Fact]
    public async Task Requests_that_are_not_idempotent_are_not_repeated()
    {
        await using var upstream = await NewAsync();
        await using var provider = await StandIn.StartAsync((_, _) => (500, "{}"));

        await Assert.ThrowsAsync<UpstreamException>(() => SendAsync(upstream, provider, Call() with { SafeToRepeat = false }));

        Assert.Single(provider.Requests);
    }

    [Fact]
    public async Task A_short_Retry_After_is_waited_for_and_a_long_one_is_returned_and_delays_all_callers()
    {
        await using var upstream = await NewAsync();
        var wait = "1";
        await using var provider = await StandIn.StartAsync(async (_, context) =>
        {
            if (wait.Length > 0) context.Response.Headers.RetryAfter = wait;
            context.Response.StatusCode = wait.Length > 0 ? 429 : 200;
            wait = "";
            await context.Response.WriteAsync("""{"it":"works"}""");
        });
        Assert.Equal("works", await SendAsync(upstream, provider));
        Assert.Equal(2, provider.Requests.Count);

        wait = "90";
        var failure = await Assert.ThrowsAsync<UpstreamException>(() => SendAsync(upstream, provider));
        Assert.Equal((UpstreamFailure.LimitReached, "spark_limit_reached"), (failure.Kind, failure.Code));
        Assert.InRange(failure.RetryAt!.Value - DateTime.UtcNow, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(91));

        var next = await Assert.ThrowsAsync<UpstreamException>(() => SendAsync(upstream, provider));
        Assert.Equal("spark_budget_spent", next.Code);
        Assert.InRange(next.RetryAt!.Value - DateTime.UtcNow, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(91));
        Assert.Equal(3, provider.Requests.Count);
        Assert.Equal(3, (await upstream.UsageAsync("spark")).Calls);
    }

    [Fact]
    public async Task A_provider_that_keeps_failing_is_left_alone_but_only_for_that_credential()
    {
        await using var upstream = await NewAsync(("Upstreams:BreakAfter", "4"), ("Upstreams:BreakDuration", "00:10:00"));
        await using var provider = await StandIn.StartAsync((_, _) => (500, "{}"));
        await Assert.ThrowsAsync<UpstreamException>(() => SendAsync(upstream, provider));
        var sent = provider.Requests.Count;

        var failure = await Assert.ThrowsAsync<UpstreamException>(() => SendAsync(upstream, provider));
        Assert.Equal((UpstreamFailure.Unavailable, "spark_circuit_open"), (failure.Kind, failure.Code));
        Assert.True(failure.RetryAt > DateTime.UtcNow.AddMinutes(5));
        Assert.Equal(sent, provider.Requests.Count);

        await Assert.ThrowsAsync<UpstreamException>(() => SendAsync(upstream, provider, Call() with { LimitKey = "spark:another" }));
        Assert.True(provider.Requests.Count > sent);
    }

    [Theory]
    [InlineData(UsageQuota.None)]
    [InlineData(UsageQuota.Cap)]
    public async Task A_call_that_was_counted_and_missed_its_slot_is_refunded(UsageQuota quota)
    {
        await using var upstream = await NewAsync(("Upstreams:LongestSleep", "00:00:00.5"));
        await using var provider = await StandIn.StartAsync((_, _) => (200, """{"it":"works"}"""));
        var organization = await upstream.NewOrganizationAsync();
        var call = Call(organization) with { Limit = new RateLimit(1, TimeSpan.FromSeconds(20)), Quota = quota };
        // Counting takes longer than a slot may be late, and the next slot is farther away than a call may wait.
        await upstream.Database.ExecuteAsync(
            """
            create function count_slowly() returns trigger language plpgsql as $$ begin perform pg_sleep(1); return new; end $$;
            create trigger count_slowly before insert on api_usage for each row execute function count_slowly();
            """, null, default);

        var failure = await Assert.ThrowsAsync<UpstreamException>(() => SendAsync(upstream, provider, call));
        // The tests of this folder share the database.
        await upstream.Database.ExecuteAsync("drop function count_slowly cascade", null, default);

        Assert.Equal("spark_budget_spent", failure.Code);
        Assert.Empty(provider.Requests);
        Assert.Equal(new Upstream.Usage(0, 0, 0, 0), await upstream.UsageAsync("spark"));
        Assert.Equal(0, await upstream.Database.QueryFirstAsync<int>("select coalesce(sum(calls), 0)::int from usage_budgets", null, default));
    }

    [Fact]
    public async Task A_cancelled_call_is_settled()
    {
        await using var upstream = await NewAsync();
        using var cancel = new CancellationTokenSource();
        await using var provider = await StandIn.StartAsync(async (_, context) =>
        {
            await cancel.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => upstream.Client.SendAsync(
            Call(), new HttpRequestMessage(HttpMethod.Get, provider.Url), Read, cancel.Token));

        Assert.Equal(new Upstream.Usage(1, 0, 1, 0), await upstream.UsageAsync("spark"));
    }
}
