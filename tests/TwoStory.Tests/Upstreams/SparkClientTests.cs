using TwoStory.Core.Providers.Spark;
using TwoStory.Core.Upstreams;

namespace TwoStory.Tests.Upstreams;

[Collection("upstreams")]
public sealed class SparkClientTests(TemporaryPostgres postgres)
{
    async Task<Upstream> NewAsync(params (string, string)[] settings) => new(await postgres.NewDatabaseAsync(), settings);

    [Fact]
    public async Task Pages_are_followed_to_the_end_and_each_listing_comes_once()
    {
        await using var upstream = await NewAsync();
        StandIn? self = null;
        await using var spark = self = await StandIn.StartAsync((number, request) => (200, number switch
        {
            1 => SparkWorld.Page(["a", "b"], $"{self!.Url}Reso/OData/Property?$filter=x&$skiptoken=2"),
            2 => SparkWorld.Page(["b", "c", "c"], "Property?$skiptoken=3"),
            _ => SparkWorld.Page(["d"]),
        }));

        var pages = await SparkWorld.SearchAsync(upstream, await SparkWorld.AccountAsync(upstream, spark));

        Assert.Equal(["a", "b", "c", "d"], pages.SelectMany(page => page.Listings).Select(listing => listing.Key));
        Assert.Equal(2, pages.Sum(page => page.Duplicates));
        Assert.All(pages, page => Assert.Null(page.Fault));
        Assert.Equal(3, spark.Requests.Count);
        Assert.Equal("3", spark.Requests[2].Parameter("$skiptoken"));
    }

    [Fact]
    public async Task A_request_identifies_the_client_and_the_address()
    {
        await using var upstream = await NewAsync();
        await using var spark = await StandIn.StartAsync((_, _) => (200, SparkWorld.Page([])));

        await SparkWorld.SearchAsync(upstream, await SparkWorld.AccountAsync(upstream, spark, pageSize: 1000), "City eq 'Coeur d''Alene' and CloseDate ge 2026-05-01");

        var request = spark.Requests.Single();
        Assert.Equal("/Reso/OData/Property", request.Path);
        Assert.Equal("City eq 'Coeur d''Alene' and CloseDate ge 2026-05-01", request.Parameter("$filter"));
        Assert.Equal("1000", request.Parameter("$top"));
        Assert.Contains("ListOfficeName", request.Parameter("$select"), StringComparison.Ordinal);
        Assert.Equal($"Bearer {SparkWorld.Token}", request.Headers["Authorization"]);
        Assert.StartsWith("TwoStory", request.Headers["X-SparkApi-User-Agent"], StringComparison.Ordinal);
        Assert.Equal("application/json", request.Headers["Accept"]);
    }

    [Theory]
    [InlineData("other")]
    [InlineData("user@")]
    public async Task A_next_page_outside_of_the_account_is_never_fetched(string link)
    {
        await using var upstream = await NewAsync();
        await using var stranger = await StandIn.StartAsync((_, _) => (200, SparkWorld.Page(["stolen"])));
        StandIn? self = null;
        await using var spark = self = await StandIn.StartAsync((_, _) => (200, SparkWorld.Page(["a"], link switch
        {
            "other" => $"{stranger.Url}Reso/OData/Property?$skiptoken=2",
            "user@" => $"http://127.0.0.1:{self!.Url.Port}@127.0.0.1:{stranger.Url.Port}/Reso/OData/Property",
            _ => link,
        })));

        var failure = await Assert.ThrowsAsync<UpstreamException>(async () => await SparkWorld.SearchAsync(upstream, await SparkWorld.AccountAsync(upstream, spark)));

        Assert.Equal((UpstreamFailure.BadAnswer, "spark_foreign_next_link"), (failure.Kind, failure.Code));
        Assert.Single(spark.Requests);
        Assert.Empty(stranger.Requests);
    }

    [Theory]
    [InlineData("/Elsewhere/Property?$skiptoken=2")]
    [InlineData("/Reso/OData/../../admin?$skiptoken=2")]
    public async Task A_next_link_to_another_path_of_the_server_is_followed_at_the_account_s_own_address(string link)
    {
        await using var upstream = await NewAsync();
        await using var spark = await StandIn.StartAsync((number, _) => (200, number == 1 ? SparkWorld.Page(["a"], link) : SparkWorld.Page(["b"])));

        var pages = await SparkWorld.SearchAsync(upstream, await SparkWorld.AccountAsync(upstream, spark));

        Assert.Equal(["a", "b"], pages.SelectMany(page => page.Listings).Select(listing => listing.Key));
        Assert.Equal(("/Reso/OData/Property", "2", "StandardStatus eq 'Closed'"),
            (spark.Requests[1].Path, spark.Requests[1].Parameter("$skiptoken"), spark.Requests[1].Parameter("$filter")));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("/Reso/ODataEvil/Property", "spark_unusable_next_link")]
    public async Task A_next_link_without_a_position_ends_the_search(string link, string? fault)
    {
        await using var upstream = await NewAsync();
        await using var spark = await StandIn.StartAsync((_, _) => (200, SparkWorld.Page(["a"], link)));

        var page = Assert.Single(await SparkWorld.SearchAsync(upstream, await SparkWorld.AccountAsync(upstream, spark)));

        Assert.Equal(fault, page.Fault);
        Assert.Single(spark.Requests);
    }

    [Fact]
    public async Task Full_pages_without_a_next_link_are_not_the_end()
    {
        await using var upstream = await NewAsync();
        await using var spark = await StandIn.StartAsync((number, _) =>
            (200, SparkWorld.Page(Enumerable.Range(0, number < 3 ? 25 : 10).Select(row => $"{number}-{row}"))));

        var pages = await SparkWorld.SearchAsync(upstream, await SparkWorld.AccountAsync(upstream, spark));

        Assert.Equal(60, pages.Sum(page => page.Listings.Count));
        Assert.All(pages, page => Assert.Null(page.Fault));
        Assert.Equal(["25", "50"], spark.Requests.Skip(1).Select(request => request.Parameter("$skip")));
    }

    [Fact]
    public async Task A_server_that_repeats_its_full_page_makes_the_search_incomplete()
    {
        await using var upstream = await NewAsync();
        await using var spark = await StandIn.StartAsync((_, _) => (200, SparkWorld.Page(Enumerable.Range(0, 25).Select(row => $"{row}"))));

        var pages = await SparkWorld.SearchAsync(upstream, await SparkWorld.AccountAsync(upstream, spark));

        Assert.Equal("spark_repeating_page", pages[^1].Fault);
    }

    [Fact]
    public async Task A_page_that_repeats_once_is_fetched_again_and_nothing_is_lost()
    {
        await using var upstream = await NewAsync();
        await using var spark = await StandIn.StartAsync((number, _) => (200, number switch
        {
            1 => SparkWorld.Page(["a", "b"], "Property?$skiptoken=2"),
            2 => SparkWorld.Page(["a", "b"], "Property?$skiptoken=2"),
            _ => SparkWorld.Page(["c"]),
        }));

        var pages = await SparkWorld.SearchAsync(upstream, await SparkWorld.AccountAsync(upstream, spark));

        Assert.Equal(["a", "b", "c"], pages.SelectMany(page => page.Listings).Select(listing => listing.Key));
        Assert.All(pages, page => Assert.Null(page.Fault));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_returns_pages_in_a_circle_ends_the_search_with_an_error(bool sameLink)
    {
        await using var upstream = await NewAsync();
        await using var spark = await StandIn.StartAsync((number, _) =>
            (200, SparkWorld.Page(["a", "b"], $"Property?$skiptoken={(sameLink ? 2 : number)}")));

        var pages = await SparkWorld.SearchAsync(upstream, await SparkWorld.AccountAsync(upstream, spark));

        Assert.Equal("spark_repeating_page", pages[^1].Fault);
        Assert.Equal(["a", "b"], pages.SelectMany(page => page.Listings).Select(listing => listing.Key));
        Assert.True(spark.Requests.Count <= 4);
    }

    [Fact]
    public async Task A_search_without_an_end_stops_at_the_cap()
    {
        await using var upstream = await NewAsync(("Upstreams:Spark:MaxPages", "5"));
        await using var spark = await StandIn.StartAsync((number, _) => (200, SparkWorld.Page([$"{number}"], $"Property?$skiptoken={number}")));

        var pages = await SparkWorld.SearchAsync(upstream, await SparkWorld.AccountAsync(upstream, spark));

        Assert.Equal("spark_too_many_pages", pages[^1].Fault);
        Assert.Equal(5, spark.Requests.Count);
    }

    [Fact]
    public async Task Where_a_field_is_unknown_all_fields_are_taken_from_then_on()
    {
        await using var upstream = await NewAsync();
        await using var spark = await StandIn.StartAsync((_, request) =>
            request.Parameter("$select") is null ? (200, SparkWorld.Page(["a"])) : (400, SparkWorld.D(1040)));
        var account = await SparkWorld.AccountAsync(upstream, spark);

        Assert.Single((await SparkWorld.SearchAsync(upstream, account))[0].Listings);
        Assert.Single((await SparkWorld.SearchAsync(upstream, account))[0].Listings);

        Assert.Equal(3, spark.Requests.Count);
    }

    [Fact]
    public async Task Null_masked_absurd_and_oddly_typed_values_never_stop_a_page()
    {
        await using var upstream = await NewAsync();
        await using var spark = await StandIn.StartAsync((_, _) => (200,
            """
            {"value":[
              {"ListingKey":"odd","BedroomsTotal":4.0,"BathroomsTotalInteger":"3","LivingArea":"2312.5","YearBuilt":1998.0,"ClosePrice":"487500","CloseDate":"2026-05-02T00:00:00Z",
               "Latitude":"40.5","Longitude":-105.1,"StreetNumber":12,"StreetName":"Main","StreetSuffix":"St","City":"********","ModificationTimestamp":"2026-05-03T16:20:11-07:00"},
              {"ListingKey":"absurd","BedroomsTotal":-1,"LivingArea":1e40,"YearBuilt":"soon","ClosePrice":-5,"CloseDate":"0001-01-01","Latitude":912.3,"Longitude":-105.1,
               "UnparsedAddress":{"no":"text"},"ListPrice":[1],"StandardStatus":7,"MlsStatus":"\ud800","PostalCode":"\u0000"},
              {"ListingKey":"null island","Latitude":0,"Longitude":0.0,"ClosePrice":null},
              {"ListingId":"without a key"}, null, "text", {"ListingKey":""}
            ]}
            """));

        var page = (await SparkWorld.SearchAsync(upstream, await SparkWorld.AccountAsync(upstream, spark))).Single();

        Assert.Equal(4, page.Dropped);
        Assert.Equal(["odd", "absurd", "null island"], page.Listings.Select(listing => listing.Key));
        Assert.Equal(new Listing
        {
            Key = "odd",
            Bedrooms = 4,
            Bathrooms = 3,
            LivingArea = 2312.5m,
            YearBuilt = 1998,
            ClosePrice = 487500,
            CloseDate = new DateOnly(2026, 5, 2),
            Latitude = 40.5,
            Longitude = -105.1,
            Street = "12 Main St",
            ModifiedAt = new DateTime(2026, 5, 3, 23, 20, 11, DateTimeKind.Utc),
        }, page.Listings[0]);
        Assert.Equal(new Listing { Key = "absurd", StandardStatus = "7" }, page.Listings[1]);
        Assert.Equal(new Listing { Key = "null island" }, page.Listings[2]);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"value":{}}""")]
    public async Task A_page_without_a_list_is_a_bad_answer(string body)
    {
        await using var upstream = await NewAsync();
        await using var spark = await StandIn.StartAsync((_, _) => (200, body));

        var failure = await Assert.ThrowsAsync<UpstreamException>(async () => await SparkWorld.SearchAsync(upstream, await SparkWorld.AccountAsync(upstream, spark)));

        Assert.Equal(UpstreamFailure.BadAnswer, failure.Kind);
    }

    [Fact]
    public async Task One_listing_is_fetched_by_its_key_and_one_that_is_gone_is_null()
    {
        await using var upstream = await NewAsync();
        await using var spark = await StandIn.StartAsync((number, _) => number == 1 ? (200, """{"ListingKey":"o'1","ClosePrice":1000}""") : (404, "{}"));
        var account = await SparkWorld.AccountAsync(upstream, spark);

        Assert.Equal(1000, (await upstream.Get<SparkClient>().GetAsync(account, "o'1", default))!.ClosePrice);
        Assert.Equal("/Reso/OData/Property('o''1')", spark.Requests[0].Path);
        Assert.Null(await upstream.Get<SparkClient>().GetAsync(account, "gone", default));
    }

    [Theory]
    [InlineData(40, false, 1000, true)]
    [InlineData(25, true, 25, true)]
    [InlineData(200, true, 200, true)]
    [InlineData(25, false, 25, false)]
    [InlineData(3, false, 25, false)]
    [InlineData(-1, false, 25, true)]
    public async Task Testing_credentials_learns_the_page_size(int rows, bool more, int pageSize, bool known)
    {
        await using var upstream = await NewAsync();
        await using var spark = await StandIn.StartAsync((_, request) =>
            rows < 0 && request.Parameter("$top") == "1000"
                ? (400, SparkWorld.D(1053))
                : (200, SparkWorld.Page(Enumerable.Range(0, Math.Max(rows, 5)).Select(row => $"{row}"), more ? "Property?$skiptoken=2" : null)));

        var connection = await upstream.Get<SparkConnectionTest>().TestAsync(await SparkWorld.AccountAsync(upstream, spark), default);

        Assert.Equal((pageSize, known), (connection.PageSize, connection.PageSizeKnown));
    }

    [Fact]
    public async Task A_replication_key_is_probed_on_the_host_it_belongs_to_only_where_that_is_Sparks()
    {
        await using var upstream = await NewAsync();
        await using var spark = await StandIn.StartAsync((_, _) => (403, SparkWorld.D(1021)));

        var failure = await Assert.ThrowsAsync<UpstreamException>(async () =>
            await upstream.Get<SparkConnectionTest>().TestAsync(await SparkWorld.AccountAsync(upstream, spark), default));

        Assert.Equal("spark_wrong_host", failure.Code);
        Assert.Single(spark.Requests);
    }
}
