using System.Text.Json;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Geocoding;

/// <summary>The US Census Bureau's geocoder. Its points are interpolated along the street's address range.</summary>
sealed class CensusGeocoder(UpstreamClient gate, UpstreamOptions options) : IGeocoder
{
    public string Provider => UpstreamProviders.Census;

    public async Task<GeocodedPoint?> FindAsync(Guid? organizationId, Address address, CancellationToken cancel)
    {
        // It answers 400 to less than this.
        if (string.IsNullOrWhiteSpace(address.PostalCode) && (string.IsNullOrWhiteSpace(address.City) || string.IsNullOrWhiteSpace(address.State))) return null;
        var url = new Uri($"{options.Census.BaseUrl.AbsoluteUri.TrimEnd('/')}/locations/address?{Query(address)}");
        return await gate.SendAsync(Call(organizationId), () => Request(url), answer => Read(answer, address), cancel);
    }

    UpstreamCall Call(Guid? organizationId) => new()
    {
        Provider = Provider,
        Operation = "geocode",
        OrganizationId = organizationId,
        LimitKey = Provider,
        Limit = new RateLimit(options.Census.Requests, options.Census.Window),
        AttemptTimeout = options.Census.AttemptTimeout,
        BackOff = options.Census.BackOff,
    };

    string Query(Address address) => QueryText.From(
        ("street", address.Street), ("city", address.City), ("state", address.State), ("zip", address.PostalCode),
        ("benchmark", options.Census.Benchmark), ("format", "json"));

    static HttpRequestMessage Request(Uri url)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Accept.ParseAdd("application/json");
        return request;
    }

    internal GeocodedPoint? Read(UpstreamAnswer answer, Address asked)
    {
        if (!answer.IsSuccess) throw UpstreamStatus.Failure(Provider, answer);
        if (answer.Json().Field("result")?.Field("addressMatches") is not { ValueKind: JsonValueKind.Array } matches) throw new JsonException("An answer has a list of matches.");
        return matches.EnumerateArray().Select(match => Place(match, asked)).FirstOrDefault(place => place is not null);
    }

    GeocodedPoint? Place(JsonElement match, Address asked)
    {
        var (point, parts) = (match.Field("coordinates") ?? default, match.Field("addressComponents") ?? default);
        if (point.Number("y", -90, 90) is not { } latitude || point.Number("x", -180, 180) is not { } longitude) return null;
        return GeocodingRules.Contradicts(asked, parts.Text("state"), parts.Text("zip"))
            ? null
            : new GeocodedPoint((double)latitude, (double)longitude, LocationPrecision.Street, Provider);
    }
}
