using System.Globalization;
using System.Text.Json.Nodes;
using TwoStory.Simulators.Control;
using TwoStory.Simulators.World;

namespace TwoStory.Simulators.RentCast;

/// <summary>RentCast's API; a key begins with sim-.</summary>
sealed class RentCastEndpoints(
    ProviderPipeline pipeline, RateLimiter limiter, SimulatorOptions options, SimulatedAvm avm, NearbyComparables comparables,
    RentCastRecords records, RentCastProperties properties, SaleBook book, WorldClock clock)
{
    const string Root = "/simulators/rentcast/v1";
    const int UsualComparables = 15;
    const double UsualMiles = 5;
    const int UsualDays = 270;

    static readonly Provider Provider = new(ProviderNames.RentCast, context => Key(context.Request), RentCastErrors.Failure);

    public void Map(IEndpointRouteBuilder routes)
    {
        Map(routes, "avm/value", Value);
        Map(routes, "properties", request => properties.Search(request));
        Map(routes, "properties/{id}", request => properties.One(request.RouteValues["id"]!.ToString()!));
        Map(routes, "markets", Market);
    }

    void Map(IEndpointRouteBuilder routes, string path, Func<HttpRequest, Reply> answer) => routes.MapGet($"{Root}/{path}",
        pipeline.Handle(Provider, path, context => Task.FromResult(Authorize(context.Request, answer))));

    Reply Authorize(HttpRequest request, Func<HttpRequest, Reply> answer)
    {
        var key = Key(request);
        if (!key.StartsWith("sim-", StringComparison.Ordinal))
        {
            return RentCastErrors.NoKey();
        }

        var second = new RateRule(options.RentCastPerSecond, TimeSpan.FromSeconds(1));
        var longer = new RateRule(options.RentCastLimit, options.RentCastWindow);
        if (!limiter.Enter($"{ProviderNames.RentCast} {key}", second, longer).Allowed)
        {
            return options.RentCastLimit is { } limit
                ? RentCastErrors.RateLimited(limit, string.Create(CultureInfo.InvariantCulture, $"{longer.Window.TotalSeconds} seconds"))
                : RentCastErrors.RateLimited(second.Limit!.Value, "second");
        }

        try
        {
            return answer(request);
        }
        catch (ParameterException error)
        {
            return RentCastErrors.Refused(error);
        }
    }

    Reply Value(HttpRequest request)
    {
        var query = new RentCastQuery(request.Query);
        var (address, point) = (query.Text("address"), query.Point());
        if (address is null && point is null)
        {
            throw new ParameterException("Either the 'address' or the 'latitude' and 'longitude' parameters must be provided");
        }

        query.CheckPropertyType();
        query.Number("bathrooms", 0, 100);
        var (bedrooms, area) = (query.Number("bedrooms", 0, 100), query.Number("squareFootage", 1, 1e6));
        var (miles, days) = (query.Number("maxRadius", 0.01, 1000) ?? UsualMiles, query.Whole("daysOld", 1, 100_000) ?? UsualDays);
        var count = query.Whole("compCount", 5, 25) ?? UsualComparables;
        if (avm.ValueOn(address, area, bedrooms, point, clock.Today) is not { } value)
        {
            return RentCastErrors.NoData();
        }

        var home = avm.Subject(address, point);
        var near = comparables.Nearest(home?.Point ?? point!.Value, home?.Address.OneLine, count, miles, clock.Today.AddDays(-days), clock.Today);
        return Reply.Json(200, Estimate(value, home, point, near));
    }

    JsonObject Estimate(AvmValue value, Home? home, WorldPoint? point, IReadOnlyList<(ClosedSale Sale, double Miles)> near)
    {
        var body = new JsonObject
        {
            ["price"] = value.Price,
            ["priceRangeLow"] = value.RangeLow,
            ["priceRangeHigh"] = value.RangeHigh,
        };
        if (home is not null)
        {
            body["subjectProperty"] = records.Subject(home);
        }
        else
        {
            body["latitude"] = point!.Value.Latitude;
            body["longitude"] = point.Value.Longitude;
        }

        body["comparables"] = new JsonArray([.. near.Select(sale => records.Comparable(sale.Sale, sale.Miles))]);
        return body;
    }

    Reply Market(HttpRequest request)
    {
        var query = new RentCastQuery(request.Query);
        var zip = query.Text("zipCode") ?? throw new ParameterException("The 'zipCode' parameter must be provided");
        return RentCastMarket.From(zip, book, clock.Today, query.Whole("historyRange", 1, 120) ?? 12) is { } market
            ? Reply.Json(200, market)
            : RentCastErrors.NoData();
    }

    static string Key(HttpRequest request) =>
        request.Headers["X-Api-Key"].ToString() is { Length: > 0 } key ? key : CredentialLabel.None;
}
