using TwoStory.Core.Providers;
using TwoStory.Core.Providers.RentCast;
using TwoStory.Core.Upstreams;

namespace TwoStory.Tests.Upstreams;

[Collection("upstreams")]
public sealed class RentCastClientTests(TemporaryPostgres postgres)
{
    static readonly HomeToValue Home = new(new Address("1418 Alder Bend Ln", "4B", "Fairhollow", "CO", "80599"), 40.55, -105.07, "single family", 4, 2.5m, 2312);

    async Task<Upstream> NewAsync(StandIn rentCast, params (string, string)[] settings) =>
        new(await postgres.NewDatabaseAsync(), [("Upstreams:RentCast:BaseUrl", $"{rentCast.Url}v1"), .. settings]);

    static async Task<ValueEstimate?> FetchAsync(Upstream upstream, HomeToValue? home = null) =>
        await upstream.Get<RentCastClient>().GetValueAsync(await upstream.NewOrganizationAsync(), "value", home ?? Home, counting: null, default);

    [Fact]
    public async Task An_estimate_comes_with_its_range_its_comparables_and_its_cost()
    {
        await using var rentCast = await StandIn.StartAsync((_, _) => (200,
            """
            {"price":491000,"priceRangeLow":452000,"priceRangeHigh":530000,
             "subjectProperty":{"id":"1418","addressLine1":"1418 Alder Bend Ln","addressLine2":null,"bathrooms":2.5,"lastSaleDate":"2019-06-14T00:00:00.000Z","lastSalePrice":362000},
             "comparables":[{"id":"77","price":474500,"removedDate":null,"listedDate":"2026-04-20T00:00:00.000Z","daysOnMarket":24,"distance":0.2203,"correlation":0.98,"squareFootage":"2190"}, {}]}
            """));
        await using var upstream = await NewAsync(rentCast, ("Upstreams:RentCast:CostPerCall", "0.2"));

        var estimate = await FetchAsync(upstream);

        Assert.Equal((491000m, 452000m, 530000m), (estimate!.Price, estimate.RangeLow, estimate.RangeHigh));
        Assert.Equal((2.5m, new DateOnly(2019, 6, 14)), (estimate.Subject!.Bathrooms, estimate.Subject.LastSaleDate));
        Assert.Equal((474500m, 2190m, new DateOnly(2026, 4, 20)), (estimate.Comparables[0].AskingPrice, estimate.Comparables[0].Home.SquareFeet, estimate.Comparables[0].ListedDate));
        Assert.Null(estimate.Comparables[1].AskingPrice);
        Assert.Equal(new Upstream.Usage(1, 0, 0, 0.2m), await upstream.UsageAsync("rentcast"));
    }

    [Fact]
    public async Task A_request_names_the_home_and_all_that_is_known_of_it()
    {
        await using var rentCast = await StandIn.StartAsync((_, _) => (200, """{"price":491000}"""));
        await using var upstream = await NewAsync(rentCast);

        await FetchAsync(upstream);
        await FetchAsync(upstream, new HomeToValue(new Address(null, null, null, null, null), 40.5, -105.25, "Castle"));

        var (first, second) = (rentCast.Requests[0], rentCast.Requests[1]);
        Assert.Equal("/v1/avm/value", first.Path);
        Assert.Equal("rentcast-secret-key", first.Headers["X-Api-Key"]);
        Assert.Equal("1418 Alder Bend Ln, Unit 4B, Fairhollow, CO, 80599", first.Parameter("address"));
        Assert.Equal(("Single Family", "4", "2.5", "2312", "15"),
            (first.Parameter("propertyType"), first.Parameter("bedrooms"), first.Parameter("bathrooms"), first.Parameter("squareFootage"), first.Parameter("compCount")));
        Assert.Equal(("40.5", "-105.25", null, null),
            (second.Parameter("latitude"), second.Parameter("longitude"), second.Parameter("address"), second.Parameter("propertyType")));
        Assert.Equal("rentcast_home_without_address",
            (await Assert.ThrowsAsync<UpstreamException>(() => FetchAsync(upstream, new HomeToValue(new Address("1 Main St", null, null, "CO", null))))).Code);
    }

    [Fact]
    public async Task No_estimate_is_an_answer_and_not_a_failure()
    {
        await using var rentCast = await StandIn.StartAsync((_, _) => (404, """{"status":404,"error":"resource/not-found","message":"No data"}"""));
        await using var upstream = await NewAsync(rentCast);

        Assert.Null(await FetchAsync(upstream));
        Assert.Equal(new Upstream.Usage(1, 0, 0, 0), await upstream.UsageAsync("rentcast"));
    }

    [Theory]
    [InlineData(401, "auth/api-key-invalid", UpstreamFailure.Refused, "rentcast_key_refused", 1)]
    [InlineData(401, "billing/subscription-inactive", UpstreamFailure.Refused, "rentcast_billing", 1)]
    [InlineData(400, "request/invalid-parameters", UpstreamFailure.Rejected, "rentcast_rejected", 1)]
    [InlineData(500, "server/error", UpstreamFailure.Unavailable, "rentcast_unavailable", 4)]
    [InlineData(504, "server/timeout", UpstreamFailure.Unavailable, "rentcast_unavailable", 4)]
    public async Task Each_error_has_its_kind(int status, string error, UpstreamFailure kind, string code, int requests)
    {
        await using var rentCast = await StandIn.StartAsync((_, _) => (status, $$"""{"status":{{status}},"error":"{{error}}","message":"about rentcast-secret-key"}"""));
        await using var upstream = await NewAsync(rentCast);

        var failure = await Assert.ThrowsAsync<UpstreamException>(() => FetchAsync(upstream));

        Assert.Equal((kind, code), (failure.Kind, failure.Code));
        Assert.Equal(requests, rentCast.Requests.Count);
        Assert.DoesNotContain("secret-key", failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(upstream.Logged, line => line.Contains("secret-key", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"price":null}""")]
    [InlineData("""{"price":0}""")]
    [InlineData("""{"price":-491000}""")]
    [InlineData("""{"price":4.91e20}""")]
    [InlineData("""{"price":"much"}""")]
    [InlineData("""{"comparables":[]}""")]
    [InlineData("[]")]
    public async Task A_price_that_no_home_has_is_a_bad_answer(string body)
    {
        await using var rentCast = await StandIn.StartAsync((_, _) => (200, body));
        await using var upstream = await NewAsync(rentCast);

        Assert.Equal(UpstreamFailure.BadAnswer, (await Assert.ThrowsAsync<UpstreamException>(() => FetchAsync(upstream))).Kind);
    }

    [Fact]
    public async Task A_range_that_does_not_contain_the_price_is_omitted()
    {
        await using var rentCast = await StandIn.StartAsync((_, _) => (200, """{"price":491000,"priceRangeLow":500000,"priceRangeHigh":400000,"comparables":"none"}"""));
        await using var upstream = await NewAsync(rentCast);

        var estimate = await FetchAsync(upstream);

        Assert.Equal((491000m, null, null), (estimate!.Price, estimate.RangeLow, estimate.RangeHigh));
        Assert.Empty(estimate.Comparables);
    }

    [Theory]
    [InlineData("""[{"addressLine1":"1418 Alder Bend Ln","zipCode":"80599","bedrooms":"4","bathrooms":2.5,"squareFootage":2312.0,"propertyType":null,"latitude":400,"taxAssessments":[]}, {}]""", 4.0, 2.5)]
    [InlineData("""[null, 7, {"bedrooms":-1,"bathrooms":"many"}]""", null, null)]
    public async Task A_home_s_record_is_read_for_what_it_has(string body, double? bedrooms, double? bathrooms)
    {
        await using var rentCast = await StandIn.StartAsync((_, _) => (200, body));
        await using var upstream = await NewAsync(rentCast);

        var record = await upstream.Get<RentCastClient>().GetPropertyAsync(await upstream.NewOrganizationAsync(), Home, default);

        Assert.Equal(((decimal?)bedrooms, (decimal?)bathrooms, null, null), (record!.Bedrooms, record.Bathrooms, record.PropertyType, record.Latitude));
        Assert.Equal(("/v1/properties", "1418 Alder Bend Ln, Unit 4B, Fairhollow, CO, 80599", "1"),
            (rentCast.Requests[0].Path, rentCast.Requests[0].Parameter("address"), rentCast.Requests[0].Parameter("limit")));
    }

    [Fact]
    public async Task A_market_is_read_for_what_it_has_oldest_month_first()
    {
        await using var rentCast = await StandIn.StartAsync((number, _) => (200, number == 1
            ? """
              {"id":"80599","zipCode":"80599","saleData":{"lastUpdatedDate":"2026-05-12T00:00:00.000Z","medianPrice":489000,"averagePrice":"512300","minPrice":-1,
               "medianDaysOnMarket":37,"averageDaysOnMarket":48.2,"newListings":33,"dataByBedrooms":[],
               "history":{"2026-05":{"medianPrice":489000},"2026-04":{"medianPrice":null},"2026-03":7}}}
              """
            : """{"id":"80599","zipCode":"80599","rentalData":{}}"""));
        await using var upstream = await NewAsync(rentCast);
        var organization = await upstream.NewOrganizationAsync();

        var market = (await upstream.Get<RentCastClient>().GetMarketAsync(organization, "80599", default))!;

        Assert.Equal((new DateOnly(2026, 5, 12), 489000m, 512300m, null, 37m, 48.2m, 33, null),
            (market.UpdatedOn, market.Now.MedianPrice, market.Now.AveragePrice, market.Now.MinPrice, market.Now.MedianDaysOnMarket, market.Now.AverageDaysOnMarket, market.Now.NewListings, market.Now.TotalListings));
        Assert.Equal([("2026-04", null), ("2026-05", 489000m)], market.History.Select(month => (month.Month, month.Figures.MedianPrice)));
        Assert.Equal("80599", rentCast.Requests[0].Parameter("zipCode"));
        Assert.Null(await upstream.Get<RentCastClient>().GetMarketAsync(organization, "80599", default));
    }
}
