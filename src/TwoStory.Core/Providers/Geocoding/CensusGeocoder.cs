using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Geocoding;

/// <summary>The US Census Bureau's geocoder. Its points are interpolated along the street's address range.</summary>
sealed class CensusGeocoder([FromKeyedServices(UpstreamProviders.Census)] UpstreamClient http, CensusOptions options) : IGeocoder
{
    public string Provider => UpstreamProviders.Census;

    public async Task<GeocodedPoint?> FindAsync(Guid organizationId, Address address, CancellationToken cancel)
    {
        // The service answers 400 without these fields.
        if (string.IsNullOrWhiteSpace(address.PostalCode) && (string.IsNullOrWhiteSpace(address.City) || string.IsNullOrWhiteSpace(address.State))) return null;
        var request = Request(options.Url($"locations/address?{Query(address)}"));
        return await http.SendAsync(options.Call(Provider, "geocode", organizationId), request, answer => Read(answer, address), cancel);
    }

    string Query(Address address) => QueryText.From(
        ("street", address.Street), ("city", address.City), ("state", address.State), ("zip", address.PostalCode),
        ("benchmark", options.Benchmark), ("format", "json"));

    static HttpRequestMessage Request(Uri url)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Accept.ParseAdd("application/json");
        return request;
    }

    internal GeocodedPoint? Read(UpstreamAnswer answer, Address address)
    {
        if (!answer.IsSuccess) throw UpstreamStatus.Failure(Provider, answer);
        if (answer.Json().Field("result")?.Field("addressMatches") is not { ValueKind: JsonValueKind.Array } matches)
        {
            throw new JsonException("An answer has an array named addressMatches.");
        }
        return matches.EnumerateArray().Select(match => Point(match, address)).FirstOrDefault(point => point is not null);
    }

    GeocodedPoint? Point(JsonElement match, Address address)
    {
        var (coordinates, parts) = (match.Field("coordinates") ?? default, match.Field("addressComponents") ?? default);
        if (coordinates.Number("y", -90, 90) is not { } latitude || coordinates.Number("x", -180, 180) is not { } longitude) return null;
        return GeocodingRules.Contradicts(address, parts.Text("state"), parts.Text("zip"))
            ? null
            : new GeocodedPoint((double)latitude, (double)longitude, LocationPrecision.Street, Provider);
    }
}

/// <summary>The settings for the US Census geocoder, section <c>Upstreams:Census</c>. It publishes no rate limit; the default is a polite one.</summary>
public sealed class CensusOptions : ProviderOptions
{
    public CensusOptions() : base("https://geocoding.geo.census.gov/geocoder", requests: 5, window: TimeSpan.FromSeconds(1)) =>
        BackOff = TimeSpan.FromMinutes(1);

    public string Benchmark { get; set; } = "Public_AR_Current";

    /// <exception cref="SettingException">A setting is wrong; the message names it.</exception>
    internal static CensusOptions Read(IConfiguration configuration)
    {
        var options = Read<CensusOptions>(configuration, "Census");
        Setting.Require(options.Benchmark.Length > 0, "Upstreams:Census:Benchmark", "must name a benchmark");
        return options;
    }
}
