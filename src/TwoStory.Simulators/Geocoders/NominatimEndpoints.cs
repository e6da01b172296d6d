using System.Globalization;
using System.Text.Json.Nodes;
using TwoStory.Simulators.Control;
using TwoStory.Simulators.World;

namespace TwoStory.Simulators.Geocoders;

/// <summary>Nominatim's search: one request per second for all clients together, and only with a User-Agent.</summary>
sealed class NominatimEndpoints(ProviderPipeline pipeline, RateLimiter limiter, SimulatorOptions options, AddressBook addresses)
{
    static readonly string[] Structured = ["amenity", "street", "city", "county", "state", "postalcode", "country"];
    static readonly string[] Used = ["street", "city", "state", "postalcode"];
    static readonly Provider Provider = new(ProviderNames.Nominatim, _ => CredentialLabel.None, Failure);

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/simulators/nominatim/search",
        pipeline.Handle(Provider, "search", context => Task.FromResult(Answer(context.Request))));

    Reply Answer(HttpRequest request)
    {
        if (string.IsNullOrWhiteSpace(request.Headers.UserAgent))
        {
            return Failure(403, null);
        }

        if (!limiter.Enter(ProviderNames.Nominatim, new RateRule(options.NominatimLimit, options.NominatimWindow)).Allowed)
        {
            return Failure(429, null);
        }

        var query = request.Query;
        var structured = Structured.Any(name => query[name].ToString().Length > 0);
        var text = query["q"].ToString();
        if (text.Length > 0 && structured)
        {
            return Error(400, $"Structured query parameters({string.Join(", ", Structured)}) cannot be used together with 'q' parameter.");
        }

        var requested = text.Length > 0 ? text : string.Join(' ', Used.Select(name => query[name].ToString()));
        return string.IsNullOrWhiteSpace(requested) ? Error(400, "Nothing to search for.")
            : query["countrycodes"].ToString() is { Length: > 0 } codes && !codes.Split(',').Contains("us") ? Reply.Json(200, new JsonArray())
            : Reply.Json(200, Matches(addresses.Read(requested), query["addressdetails"].ToString() is not "" and not "0"));
    }

    JsonArray Matches(AddressQuery address, bool details)
    {
        if (address.Number is not null && addresses.Find(address) is { } home)
        {
            return new(NominatimPlaces.Home(home, details));
        }

        var street = addresses.Along(address);
        return street.Count > 0 ? new(NominatimPlaces.Street(street, details)) : [];
    }

    static Reply Failure(int status, string? code) => status switch
    {
        // A block comes from the proxy before the service, which answers a page.
        403 or 429 => Reply.Html(status, $"<html><head><title>{status}</title></head><body>Usage limit reached</body></html>"),
        503 => Error(503, "Search temporarily unavailable"),
        _ => Error(status, code ?? "Internal Server Error"),
    };

    static Reply Error(int status, string message) => Reply.Json(status, new { error = new { code = status, message } });
}

/// <summary>Search results as Nominatim writes them: coordinates are strings with seven decimals.</summary>
static class NominatimPlaces
{
    const string Licence = "Data © OpenStreetMap contributors, ODbL 1.0. http://osm.org/copyright";

    public static JsonObject Home(Home home, bool details)
    {
        var place = Place(home.Address.OneLine, home.Point, 30, 6.12e-05, "place", "house", "place");
        place["name"] = "";
        place["display_name"] = $"{home.Address.Number}, {Rest(home.Address)}";
        if (details)
        {
            var address = Address(home.Address);
            address.Insert(0, "house_number", home.Address.Number);
            place["address"] = address;
        }

        place["boundingbox"] = Box([home.Point], 0.00005);
        return place;
    }

    public static JsonObject Street(IReadOnlyList<Home> homes, bool details)
    {
        var address = homes[0].Address;
        var middle = new WorldPoint(homes.Average(home => home.Point.Latitude), homes.Average(home => home.Point.Longitude));
        var place = Place($"{address.StreetName}, {address.City}", middle, 26, 0.0534, "highway", "residential", "road");
        place["name"] = address.StreetName.ToString();
        place["display_name"] = Rest(address);
        if (details)
        {
            place["address"] = Address(address);
        }

        place["boundingbox"] = Box(homes.Select(home => home.Point), 0);
        return place;
    }

    static JsonObject Place(string identity, WorldPoint point, int rank, double importance, string category, string type, string kind) => new()
    {
        ["place_id"] = (int)(SeededRandom.Hash(identity) % 900_000_000),
        ["licence"] = Licence,
        ["osm_type"] = "way",
        ["osm_id"] = (int)(SeededRandom.Hash(identity + "way") % 900_000_000),
        ["lat"] = Degrees(point.Latitude),
        ["lon"] = Degrees(point.Longitude),
        ["category"] = category,
        ["type"] = type,
        ["place_rank"] = rank,
        ["importance"] = importance,
        ["addresstype"] = kind,
    };

    static JsonObject Address(HomeAddress address) => new()
    {
        ["road"] = address.StreetName.ToString(),
        ["city"] = address.City,
        ["county"] = $"{address.County} County",
        ["state"] = UsStates.Name(address.State),
        ["ISO3166-2-lvl4"] = $"US-{address.State}",
        ["postcode"] = address.PostalCode,
        ["country"] = "United States",
        ["country_code"] = "us",
    };

    static string Rest(HomeAddress address) =>
        $"{address.StreetName}, {address.City}, {address.County} County, {UsStates.Name(address.State)}, {address.PostalCode}, United States";

    static JsonArray Box(IEnumerable<WorldPoint> points, double margin)
    {
        var all = points.ToList();
        return
        [
            Degrees(all.Min(point => point.Latitude) - margin), Degrees(all.Max(point => point.Latitude) + margin),
            Degrees(all.Min(point => point.Longitude) - margin), Degrees(all.Max(point => point.Longitude) + margin),
        ];
    }

    static string Degrees(double value) => value.ToString("F7", CultureInfo.InvariantCulture);
}
