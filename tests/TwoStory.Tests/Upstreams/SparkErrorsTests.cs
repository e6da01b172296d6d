using TwoStory.Core.Upstreams;

namespace TwoStory.Tests.Upstreams;

[Collection("upstreams")]
public sealed class SparkErrorsTests(TemporaryPostgres postgres)
{
    [Theory]
    [InlineData(401, 1000, UpstreamFailure.Refused, "spark_credentials_refused", 1)]
    [InlineData(401, 1010, UpstreamFailure.Refused, "spark_credentials_refused", 1)]
    [InlineData(403, 1005, UpstreamFailure.Refused, "spark_access_refused", 1)]
    [InlineData(403, 1015, UpstreamFailure.Refused, "spark_access_refused", 1)]
    [InlineData(403, 1500, UpstreamFailure.Refused, "spark_access_refused", 1)]
    [InlineData(401, 1020, UpstreamFailure.Refused, "spark_token_expired", 1)]
    [InlineData(403, 1021, UpstreamFailure.Refused, "spark_wrong_host", 1)]
    [InlineData(503, 1023, UpstreamFailure.Unavailable, "spark_not_in_sync", 4)]
    [InlineData(500, 1026, UpstreamFailure.Unavailable, "spark_unavailable", 4)]
    [InlineData(503, 1510, UpstreamFailure.Unavailable, "spark_unavailable", 4)]
    [InlineData(503, 2005, UpstreamFailure.Unavailable, "spark_unavailable", 4)]
    [InlineData(400, 1040, UpstreamFailure.Rejected, "spark_filter_rejected", 2)]
    [InlineData(400, 2003, UpstreamFailure.Rejected, "spark_filter_rejected", 2)]
    [InlineData(400, 1050, UpstreamFailure.Rejected, "spark_rejected", 2)]
    [InlineData(400, 1041, UpstreamFailure.TooComplex, "spark_filter_too_long", 1)]
    [InlineData(503, 1515, UpstreamFailure.TooComplex, "spark_query_too_slow", 1)]
    [InlineData(503, 1516, UpstreamFailure.TooComplex, "spark_query_too_slow", 1)]
    [InlineData(429, 1550, UpstreamFailure.LimitReached, "spark_limit_reached", 1)]
    [InlineData(200, 1000, UpstreamFailure.Refused, "spark_credentials_refused", 1)]
    public async Task Each_code_of_Spark_has_its_kind(int status, int code, UpstreamFailure kind, string name, int requests)
    {
        await using var upstream = new Upstream(await postgres.NewDatabaseAsync());
        await using var spark = await StandIn.StartAsync((_, _) => (status, SparkWorld.D(code)));
        var account = await SparkWorld.AccountAsync(upstream, spark);

        var failure = await Assert.ThrowsAsync<UpstreamException>(() => SparkWorld.SearchAsync(upstream, account));

        Assert.Equal((kind, name), (failure.Kind, failure.Code));
        // A rejected search is tried once more without naming the fields.
        Assert.Equal(requests, spark.Requests.Count);
        Assert.Equal(requests, (await upstream.UsageAsync("spark")).Calls);
        AssertNoSecret(failure, upstream);
    }

    [Theory]
    [InlineData(401, """{"error":{"code":401,"message":"Invalid API key spark-secret-token"}}""", "spark_credentials_refused")]
    [InlineData(400, """{"error":{"code":"400","message":"The $filter expression could not be parsed"}}""", "spark_rejected")]
    [InlineData(429, """{"error":{"code":429,"message":"Over rate limit"}}""", "spark_limit_reached")]
    [InlineData(200, """{"error":{"code":401,"message":"Invalid"}}""", "spark_credentials_refused")]
    [InlineData(413, "<html>", "spark_request_too_large")]
    [InlineData(414, "", "spark_request_too_large")]
    [InlineData(403, "<html>blocked</html>", "spark_access_refused")]
    [InlineData(404, "{}", "spark_not_found")]
    public async Task The_other_error_shape_and_no_shape_at_all_are_understood_too(int status, string body, string name)
    {
        await using var upstream = new Upstream(await postgres.NewDatabaseAsync());
        await using var spark = await StandIn.StartAsync((_, _) => (status, body));
        var account = await SparkWorld.AccountAsync(upstream, spark);

        var failure = await Assert.ThrowsAsync<UpstreamException>(() => SparkWorld.SearchAsync(upstream, account));

        Assert.Equal(name, failure.Code);
        AssertNoSecret(failure, upstream);
    }

    [Fact]
    public async Task A_rejected_filter_that_joins_areas_is_too_complex_and_one_with_a_single_area_is_not()
    {
        await using var upstream = new Upstream(await postgres.NewDatabaseAsync());
        await using var spark = await StandIn.StartAsync((_, _) => (400, SparkWorld.D(1040)));
        var account = await SparkWorld.AccountAsync(upstream, spark);
        const string Area = "geo.intersects(Location, geography'POLYGON((-105 40, -105 41, -104 41, -105 40))')";

        var joined = await Assert.ThrowsAsync<UpstreamException>(() => SparkWorld.SearchAsync(upstream, account, $"({Area} or {Area})"));
        var single = await Assert.ThrowsAsync<UpstreamException>(() => SparkWorld.SearchAsync(upstream, account, Area));

        Assert.Equal((UpstreamFailure.TooComplex, "spark_filter_too_complex"), (joined.Kind, joined.Code));
        Assert.Equal(UpstreamFailure.Rejected, single.Kind);
    }

    static void AssertNoSecret(Exception failure, Upstream upstream)
    {
        Assert.DoesNotContain(SparkWorld.Token, failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(upstream.Logged, line => line.Contains(SparkWorld.Token, StringComparison.Ordinal));
    }
}
