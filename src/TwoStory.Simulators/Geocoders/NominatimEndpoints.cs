using System.Text.Json.Nodes;
using TwoStory.Simulators.Control;

namespace TwoStory.Simulators.Geocoders;

/// <summary>Nominatim's search: one request per second for everybody together, and only with a User-Agent.</summary>
sealed class NominatimEndpoints(Gate gate, RateLimiter limiter, SimulatorOptions options, AddressBook addresses)
{
    static readonly string[] Structured = ["amenity", "street", "city", "county", "state", "postalcode", "country"];
    static readonly string[] Used = ["street", "city", "state", "postalcode"];
    static readonly Provider Provider = new(ProviderNames.Nominatim, _ => CredentialLabel.None, Failure);

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/simulators/nominatim/search",
        gate.Around(Provider, "search", context => Task.FromResult(Answer(context.Request))));

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

        var asked = text.Length > 0 ? text : string.Join(' ', Used.Select(name => query[name].ToString()));
        return string.IsNullOrWhiteSpace(asked) ? Error(400, "Nothing to search for.")
            : query["countrycodes"].ToString() is { Length: > 0 } codes && !codes.Split(',').Contains("us") ? Reply.Json(200, new JsonArray())
            : Reply.Json(200, Matches(addresses.Read(asked), query["addressdetails"].ToString() is not "" and not "0"));
    }

    JsonArray Matches(AddressQuery address, bool details)
    {
        if (address.Number is not null && addresses.Find(address) is { } home)
        {
            return new(NominatimPlaces.House(home, details));
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
