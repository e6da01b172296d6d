using System.Text.Json;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Geocoding;

/// <summary>OpenStreetMap's geocoder.</summary>
sealed class NominatimGeocoder(UpstreamClient gate, UpstreamOptions options) : IGeocoder
{
    const int HouseRank = 30;
    const int StreetRank = 26;
    const int TownRank = 13;

    public string Provider => UpstreamProviders.Nominatim;

    public Task<GeocodedPoint?> FindAsync(Guid? organizationId, Address address, CancellationToken cancel)
    {
        var url = new Uri($"{options.Nominatim.BaseUrl.AbsoluteUri.TrimEnd('/')}/search?{Query(address)}");
        return gate.SendAsync(Call(organizationId), () => Request(url), answer => Read(answer, address), cancel);
    }

    UpstreamCall Call(Guid? organizationId) => new()
    {
        Provider = Provider,
        Operation = "geocode",
        OrganizationId = organizationId,
        LimitKey = Provider,
        Limit = new RateLimit(options.Nominatim.Requests, options.Nominatim.Window),
        AttemptTimeout = options.Nominatim.AttemptTimeout,
        BackOff = options.Nominatim.BackOff,
    };

    string Query(Address address) => QueryText.From(
        ("street", address.Street), ("city", address.City), ("state", address.State), ("postalcode", address.PostalCode), ("countrycodes", "us"),
        ("format", "jsonv2"), ("addressdetails", "1"), ("limit", "5"), ("layer", "address"), ("email", options.Nominatim.Contact));

    HttpRequestMessage Request(Uri url)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation("User-Agent", options.Nominatim.UserAgent);
        request.Headers.Accept.ParseAdd("application/json");
        return request;
    }

    internal GeocodedPoint? Read(UpstreamAnswer answer, Address asked)
    {
        if (!answer.IsSuccess) throw UpstreamStatus.Failure(Provider, answer);
        var body = answer.Json();
        if (body.ValueKind != JsonValueKind.Array) throw new JsonException("A search answers a list.");
        // Equally precise ones stay in the order of plausibility.
        return body.EnumerateArray().Select(item => Place(item, asked)).OfType<GeocodedPoint>().MaxBy(place => place.Precision);
    }

    GeocodedPoint? Place(JsonElement item, Address asked)
    {
        if (item.Number("lat", -90, 90) is not { } latitude || item.Number("lon", -180, 180) is not { } longitude) return null;
        var found = item.Field("address") ?? default;
        var state = UsState.Code(found.Text("ISO3166-2-lvl4")) ?? UsState.Code(found.Text("state"));
        if (GeocodingRules.Contradicts(asked, state, found.Text("postcode"))) return null;
        var precision = item.Number("place_rank", 0, 30) switch
        {
            >= HouseRank when GeocodingRules.IsSameHouse(asked, found.Text("house_number")) => LocationPrecision.Rooftop,
            >= StreetRank => LocationPrecision.Street,
            >= TownRank => LocationPrecision.Area,
            _ => LocationPrecision.None,
        };
        return precision == LocationPrecision.None ? null : new GeocodedPoint((double)latitude, (double)longitude, precision, Provider);
    }
}
