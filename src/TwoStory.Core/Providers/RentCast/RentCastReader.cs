using System.Text.Json;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.RentCast;

/// <summary>Reads RentCast's answers.</summary>
static class RentCastReader
{
    const decimal LeastPrice = 1_000;
    const decimal LargestPrice = 1_000_000_000;

    /// <exception cref="UpstreamException">RentCast refused, or sent a price out of range.</exception>
    public static ValueEstimate Estimate(UpstreamAnswer answer)
    {
        ThrowIfFailed(answer);
        var body = answer.Json();
        if (body.ValueKind != JsonValueKind.Object) throw new JsonException("An estimate is an object.");
        var price = body.Number("price", LeastPrice, LargestPrice) ?? throw new UpstreamException(UpstreamFailure.BadAnswer, UpstreamProviders.RentCast,
            "rentcast_absurd_value", "RentCast answered without a plausible price.");
        var (low, high) = (body.Number("priceRangeLow", LeastPrice, LargestPrice), body.Number("priceRangeHigh", LeastPrice, LargestPrice));
        if (!(low <= price && price <= high)) (low, high) = (null, null);
        var comparables = body.Field("comparables") is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().Select(Comparable).ToList() : [];
        return new ValueEstimate(price, low, high, comparables,
            body.Field("subjectProperty") is { ValueKind: JsonValueKind.Object } subject ? Facts(subject) : null);
    }

    /// <returns>The first record; null when there is none, which RentCast also reports with 404.</returns>
    public static HomeFacts? Property(UpstreamAnswer answer)
    {
        ThrowIfFailed(answer);
        var body = answer.Json();
        if (body.ValueKind != JsonValueKind.Array) throw new JsonException("Property records are a list.");
        var first = body.EnumerateArray().FirstOrDefault(item => item.ValueKind == JsonValueKind.Object);
        return first.ValueKind == JsonValueKind.Object ? Facts(first) : null;
    }

    /// <returns>Null when there are no sale statistics.</returns>
    public static MarketStatistics? Market(UpstreamAnswer answer)
    {
        ThrowIfFailed(answer);
        var body = answer.Json();
        if (body.ValueKind != JsonValueKind.Object) throw new JsonException("Market statistics are an object.");
        if (body.Field("saleData") is not { ValueKind: JsonValueKind.Object } sales) return null;
        var history = sales.Field("history") is { ValueKind: JsonValueKind.Object } months
            ? months.Fields().Where(month => month.Value.ValueKind == JsonValueKind.Object).Select(month => new MarketMonth(month.Name, Figures(month.Value)))
            : [];
        return new MarketStatistics(sales.Date("lastUpdatedDate"), Figures(sales), [.. history.OrderBy(month => month.Month, StringComparer.Ordinal)]);
    }

    static MarketFigures Figures(JsonElement item) => new(
        item.Number("medianPrice", 1, LargestPrice), item.Number("averagePrice", 1, LargestPrice),
        item.Number("minPrice", 1, LargestPrice), item.Number("maxPrice", 1, LargestPrice),
        item.Number("medianPricePerSquareFoot", 0, LargestPrice), item.Number("medianDaysOnMarket", 0, 100_000), item.Number("averageDaysOnMarket", 0, 100_000),
        (int?)item.Number("newListings", 0, 10_000_000), (int?)item.Number("totalListings", 0, 10_000_000));

    static Comparable Comparable(JsonElement item) => new(
        Facts(item), item.Text("status"), item.Number("price", LeastPrice, LargestPrice), item.Date("listedDate"), item.Date("removedDate"),
        (int?)item.Number("daysOnMarket", 0, 100_000), (double?)item.Number("distance", 0, 10_000), (double?)item.Number("correlation", 0, 1),
        (int?)item.Number("daysOld", 0, 100_000));

    static HomeFacts Facts(JsonElement item) => new(
        item.Text("id"),
        new Address(item.Text("addressLine1"), item.Text("addressLine2"), item.Text("city"), item.Text("state"), item.Text("zipCode")),
        (double?)item.Number("latitude", -90, 90), (double?)item.Number("longitude", -180, 180), item.Text("propertyType"),
        item.Number("bedrooms", 0, 200), item.Number("bathrooms", 0, 200), item.Number("squareFootage", 1, 10_000_000),
        (int?)item.Number("yearBuilt", 1500, 2200), item.Date("lastSaleDate"), item.Number("lastSalePrice", 1, LargestPrice));

    // A 401 means an invalid key or an unpaid bill; only the body says which.
    static void ThrowIfFailed(UpstreamAnswer answer)
    {
        if (answer.IsSuccess) return;
        var error = answer.TryJson()?.Text("error");
        throw answer.Status switch
        {
            401 or 402 or 403 when error?.StartsWith("billing/", StringComparison.Ordinal) == true =>
                UpstreamStatus.New(UpstreamFailure.Refused, UpstreamProviders.RentCast, "billing", "has suspended the subscription", answer),
            401 or 403 => UpstreamStatus.New(UpstreamFailure.Refused, UpstreamProviders.RentCast, "key_refused", "does not accept the API key", answer),
            _ => UpstreamStatus.Failure(UpstreamProviders.RentCast, answer),
        };
    }
}
