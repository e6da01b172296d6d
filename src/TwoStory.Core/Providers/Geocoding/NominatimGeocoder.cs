using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TwoStory.Core.Upstreams;

namespace TwoStory.Core.Providers.Geocoding;

/// <summary>OpenStreetMap's geocoder.</summary>
sealed class NominatimGeocoder([FromKeyedServices(UpstreamProviders.Nominatim)] UpstreamClient http, NominatimOptions options) : IGeocoder
{
    const int HouseRank = 30;
    const int StreetRank = 26;
    const int TownRank = 13;

    public string Provider => UpstreamProviders.Nominatim;

    public Task<GeocodedPoint?> FindAsync(Guid organizationId, Address address, CancellationToken cancel)
    {
        var request = Request(options.Url($"search?{Query(address)}"));
        return http.SendAsync(options.Call(Provider, "geocode", organizationId), request, answer => Read(answer, address), cancel);
    }

    string Query(Address address) => QueryText.From(
        ("street", address.Street), ("city", address.City), ("state", address.State), ("postalcode", address.PostalCode), ("countrycodes", "us"),
        ("format", "jsonv2"), ("addressdetails", "1"), ("limit", "5"), ("layer", "address"), ("email", options.Contact));

    HttpRequestMessage Request(Uri url)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation("User-Agent", options.UserAgent);
        request.Headers.Accept.ParseAdd("application/json");
        return request;
    }

    internal GeocodedPoint? Read(UpstreamAnswer answer, Address address)
    {
        if (!answer.IsSuccess) throw UpstreamStatus.Failure(Provider, answer);
        var body = answer.Json();
        if (body.ValueKind != JsonValueKind.Array) throw new JsonException("An answer is an array.");
        // MaxBy keeps the order of relevance among equally precise points.
        return body.EnumerateArray().Select(item => Point(item, address)).OfType<GeocodedPoint>().MaxBy(point => point.Precision);
    }

    GeocodedPoint? Point(JsonElement item, Address address)
    {
        if (item.Number("lat", -90, 90) is not { } latitude || item.Number("lon", -180, 180) is not { } longitude) return null;
        var found = item.Field("address") ?? default;
        var state = UsState.Code(found.Text("ISO3166-2-lvl4")) ?? UsState.Code(found.Text("state"));
        if (GeocodingRules.Contradicts(address, state, found.Text("postcode"))) return null;
        var precision = item.Number("place_rank", 0, 30) switch
        {
            >= HouseRank when GeocodingRules.IsSameHouse(address, found.Text("house_number")) => LocationPrecision.Rooftop,
            >= StreetRank => LocationPrecision.Street,
            >= TownRank => LocationPrecision.Area,
            _ => LocationPrecision.None,
        };
        return precision == LocationPrecision.None ? null : new GeocodedPoint((double)latitude, (double)longitude, precision, Provider);
    }
}

/// <summary>The settings for Nominatim, section <c>Upstreams:Nominatim</c>. Its policy requires the application's name and allows it one request a
/// second in total.</summary>
public sealed class NominatimOptions : ProviderOptions
{
    public NominatimOptions() : base("https://nominatim.openstreetmap.org", requests: 1, window: TimeSpan.FromSeconds(1)) =>
        (BackOff, AttemptTimeout) = (TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(15));

    public string UserAgent { get; set; } = "TwoStory/0.1";

    /// <summary>An e-mail address that the operators of the service can write to; optional.</summary>
    public string? Contact { get; set; }

    /// <exception cref="SettingException">A setting is wrong; the message names it.</exception>
    internal static NominatimOptions Read(IConfiguration configuration)
    {
        var options = Read<NominatimOptions>(configuration, "Nominatim");
        Setting.Require(Setting.IsHeaderValue(options.UserAgent), "Upstreams:Nominatim:UserAgent", "must be a name without spaces, such as TwoStory/1.0");
        Setting.Require(
            string.IsNullOrEmpty(options.Contact) || Setting.IsHeaderValue(options.Contact), "Upstreams:Nominatim:Contact", "must be an e-mail address");
        return options;
    }
}
