using System.Collections.Concurrent;
using System.Text.Json;
using TwoStory.Core;
using TwoStory.Core.Providers.Spark;
using TwoStory.Core.Upstreams;

namespace TwoStory.Tests.Upstreams;

[Collection("upstreams")]
public sealed class SparkTokenTests(TemporaryPostgres postgres)
{
    /// <summary>An MLS whose refresh tokens work once: reusing one kills the session, as strict servers do.</summary>
    sealed class Mls
    {
        readonly Lock generationLock = new();

        public int Generation { get; private set; } = 1;

        public bool Killed { get; private set; }

        public int Grants { get; private set; }

        public (int Status, string Body) Answer(Seen request)
        {
            lock (generationLock)
            {
                if (request.Path.EndsWith("/grant", StringComparison.Ordinal)) return Grant(JsonDocument.Parse(request.Body).RootElement);
                return request.Headers["Authorization"] == $"Bearer access-{Generation}" && !Killed ? (200, SparkWorld.Page(["a"])) : (401, SparkWorld.D(1020));
            }
        }

        public void Expire()
        {
            lock (generationLock) Generation++;
        }

        (int Status, string Body) Grant(JsonElement form)
        {
            Grants++;
            if (form.GetProperty("grant_type").GetString() == "refresh_token" && form.GetProperty("refresh_token").GetString() != $"refresh-{Grants}")
            {
                Killed = true;
                return (400, """{"error":"invalid_grant","error_description":"already used"}""");
            }
            Generation++;
            return (200, $$"""{"access_token":"access-{{Generation}}","refresh_token":"refresh-{{Grants + 1}}","expires_in":86400}""");
        }
    }

    static (string, string) TokenUrl(StandIn spark) => ("Upstreams:Spark:TokenUrl", $"{spark.Url}v1/oauth2/grant");

    static async Task<SparkAccount> SaveAsync(Upstream upstream, StandIn spark, SparkCredentials credentials)
    {
        var account = await SparkWorld.AccountAsync(upstream, spark, credentials);
        await upstream.Get<SparkCredentialStore>().SaveAsync(account.OrganizationId, credentials, account.BaseUrl, null, null, default);
        return account;
    }

    [Fact]
    public async Task Two_instances_that_refresh_at_once_never_use_an_old_refresh_token_and_lose_none()
    {
        var database = await postgres.NewDatabaseAsync();
        var mls = new Mls();
        await using var spark = await StandIn.StartAsync((_, request) => mls.Answer(request));
        await using var one = new Upstream(database, TokenUrl(spark));
        await using var two = new Upstream(database, TokenUrl(spark));
        var account = await SaveAsync(one, spark, new RefreshTokenCredentials("client", "secret", "refresh-1"));

        for (var round = 0; round < 6; round++)
        {
            mls.Expire();
            var found = new ConcurrentBag<int>();
            await Task.WhenAll(Enumerable.Range(0, 8).Select(async worker =>
                found.Add((await SparkWorld.SearchAsync(worker % 2 == 0 ? one : two, account)).Count)));
            Assert.Equal(8, found.Sum());
        }

        Assert.False(mls.Killed);
        var stored = await two.Get<SparkCredentialStore>().LoadAsync(account.OrganizationId, default);
        Assert.Equal($"refresh-{mls.Grants + 1}", ((RefreshTokenCredentials)stored!.Credentials).RefreshToken);
        // Once a round, and once to begin with.
        Assert.InRange(mls.Grants, 6, 7);
    }

    [Fact]
    public async Task A_refresh_token_outlives_a_restart()
    {
        var database = await postgres.NewDatabaseAsync();
        var mls = new Mls();
        await using var spark = await StandIn.StartAsync((_, request) => mls.Answer(request));
        Guid organization;
        await using (var before = new Upstream(database, TokenUrl(spark)))
        {
            var account = await SaveAsync(before, spark, new RefreshTokenCredentials("client", "secret", "refresh-1"));
            organization = account.OrganizationId;
            await SparkWorld.SearchAsync(before, account);
        }
        await using var after = new Upstream(database, TokenUrl(spark), ("Upstreams:Spark:BaseUrl", $"{spark.Url}Reso/OData"));

        await SparkWorld.SearchAsync(after, await after.Get<SparkAccounts>().LoadAsync(organization, default));

        Assert.Equal(1, mls.Grants);
    }

    [Fact]
    public async Task A_refresh_token_is_not_offered_again_after_an_answer_that_was_lost()
    {
        var grants = 0;
        await using var spark = await StandIn.StartAsync((_, request) => request.Path.EndsWith("/grant", StringComparison.Ordinal)
            ? (500, $"{++grants}") : (401, SparkWorld.D(1020)));
        await using var upstream = new Upstream(await postgres.NewDatabaseAsync(), TokenUrl(spark));
        var account = await SaveAsync(upstream, spark, new RefreshTokenCredentials("client", "secret", "refresh-1"));

        await Assert.ThrowsAsync<UpstreamException>(() => SparkWorld.SearchAsync(upstream, account));

        Assert.Equal(1, grants);
    }

    [Fact]
    public async Task Client_credentials_are_exchanged_once_for_many_requests_and_again_when_the_token_expires()
    {
        var mls = new Mls();
        await using var spark = await StandIn.StartAsync((_, request) => mls.Answer(request));
        await using var upstream = new Upstream(await postgres.NewDatabaseAsync(), TokenUrl(spark));
        var account = await SaveAsync(upstream, spark, new ClientCredentials("client", "secret"));

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => SparkWorld.SearchAsync(upstream, account)));
        Assert.Equal(1, mls.Grants);

        mls.Expire();
        Assert.Single(await SparkWorld.SearchAsync(upstream, account));
        Assert.Equal(2, mls.Grants);
    }

    [Fact]
    public async Task Who_gives_no_client_signs_in_with_the_product_s_which_is_never_stored()
    {
        var mls = new Mls();
        await using var spark = await StandIn.StartAsync((_, request) => mls.Answer(request));
        var database = await postgres.NewDatabaseAsync();
        (string, string)[] settings = [TokenUrl(spark), ("Upstreams:Spark:BaseUrl", $"{spark.Url}Reso/OData")];
        await using var upstream = new Upstream(database, [.. settings, ("SPARK_API_KEY", "product"), ("SPARK_API_SECRET", "hush")]);
        var organization = await upstream.NewOrganizationAsync();
        var request = new NewSparkCredentials(SparkStrategy.RefreshToken, RefreshToken: "refresh-1");

        var account = upstream.Get<SparkAccounts>().New(organization, request.Credentials(productHasClient: true), null, 25, null);
        var connection = await upstream.Get<SparkConnectionTest>().TestAsync(account, default);
        await upstream.Get<SparkCredentialStore>().SaveAsync(organization, connection.Credentials, null, 25, null, default);
        mls.Expire();
        await SparkWorld.SearchAsync(upstream, await upstream.Get<SparkAccounts>().LoadAsync(organization, default));

        var grants = spark.Requests.Where(seen => seen.Path.EndsWith("/grant", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, grants.Count);
        Assert.All(grants, grant => Assert.Contains("\"client_id\":\"product\",\"client_secret\":\"hush\"", grant.Body, StringComparison.Ordinal));
        Assert.DoesNotContain("hush", connection.Credentials.ToSecret(), StringComparison.Ordinal);

        mls.Expire();
        await using var without = new Upstream(database, settings);
        var stored = await without.Get<SparkAccounts>().LoadAsync(organization, default);
        Assert.Equal("spark_client_missing", (await Assert.ThrowsAsync<UpstreamException>(() => SparkWorld.SearchAsync(without, stored))).Code);
        Assert.Equal(["clientId", "clientSecret"], Assert.Throws<ValidationException>(() => request.Credentials(productHasClient: false)).Errors.Keys.Order());
        Assert.Equal(["clientSecret"], Assert.Throws<ValidationException>(() => (request with { ClientId = "own" }).Credentials(productHasClient: true)).Errors.Keys);
    }

    [Fact]
    public async Task A_refused_grant_and_a_token_that_stays_expired_are_refusals()
    {
        await using var refusing = await StandIn.StartAsync((_, _) => (400, """{"error":"invalid_grant","error_description":"the secret"}"""));
        await using var upstream = new Upstream(await postgres.NewDatabaseAsync(), TokenUrl(refusing));
        var account = await SaveAsync(upstream, refusing, new RefreshTokenCredentials("client", "the secret", "refresh-1"));

        var refused = await Assert.ThrowsAsync<UpstreamException>(() => SparkWorld.SearchAsync(upstream, account));
        var expired = await Assert.ThrowsAsync<UpstreamException>(() =>
            SparkWorld.SearchAsync(upstream, account with { Credentials = new BearerCredentials("x"), BaseUrl = new Uri("http://127.0.0.1:1/") }));

        Assert.Equal((UpstreamFailure.Refused, "spark_grant_refused"), (refused.Kind, refused.Code));
        Assert.DoesNotContain("the secret", refused.ToString(), StringComparison.Ordinal);
        Assert.Equal("spark_unreachable", expired.Code);
    }

    [Fact]
    public async Task Testing_a_refresh_token_gives_back_the_one_to_store()
    {
        var mls = new Mls();
        await using var spark = await StandIn.StartAsync((_, request) => mls.Answer(request));
        await using var upstream = new Upstream(await postgres.NewDatabaseAsync(), TokenUrl(spark));
        var account = await SparkWorld.AccountAsync(upstream, spark, new RefreshTokenCredentials("client", "secret", "refresh-1"));

        var connection = await upstream.Get<SparkConnectionTest>().TestAsync(account, default);

        Assert.Equal("refresh-2", Assert.IsType<RefreshTokenCredentials>(connection.Credentials).RefreshToken);
        await upstream.Get<SparkCredentialStore>().SaveAsync(account.OrganizationId, connection.Credentials, account.BaseUrl, connection.PageSize, null, default);
        Assert.Single(await SparkWorld.SearchAsync(upstream, account));
        Assert.Equal(1, mls.Grants);
    }
}
