using System.Globalization;
using System.Text.Json.Nodes;
using TwoStory.Simulators.Control;
using TwoStory.Simulators.World;

namespace TwoStory.Simulators.Geocoders;

/// <summary>The Census Geocoder's locations: one line, or street, city, state and zip.</summary>
sealed class CensusEndpoints(ProviderPipeline pipeline, RateLimiter limiter, SimulatorOptions options, AddressBook addresses)
{
    const string Root = "/simulators/census/geocoder/locations";
    static readonly string[] Parts = ["street", "city", "state", "zip"];
    static readonly Provider Provider = new(ProviderNames.Census, _ => CredentialLabel.None, Failure);

    public void Map(IEndpointRouteBuilder routes)
    {
        Map(routes, "onelineaddress", query => query["address"].ToString(),
            query => new JsonObject { ["address"] = query["address"].ToString() });
        Map(routes, "address", query => query["street"].ToString() is { Length: > 0 } ? Joined(query) : "",
            query => new JsonObject(Parts.Select(part => KeyValuePair.Create<string, JsonNode?>(part, query[part].ToString()))));
    }

    void Map(IEndpointRouteBuilder routes, string operation, Func<IQueryCollection, string> requested, Func<IQueryCollection, JsonObject> input) =>
        routes.MapGet($"{Root}/{operation}", pipeline.Handle(Provider, operation,
            context => Task.FromResult(Answer(context.Request.Query, requested, input))));

    Reply Answer(IQueryCollection query, Func<IQueryCollection, string> requested, Func<IQueryCollection, JsonObject> input)
    {
        if (!limiter.Enter(ProviderNames.Census, new RateRule(options.CensusLimit, options.CensusWindow)).Allowed)
        {
            return Failure(429, null);
        }

        var text = requested(query);
        if (text.Length == 0 || query["benchmark"].ToString().Length == 0)
        {
            return Failure(400, text.Length == 0 ? "Specify an address" : "Specify a benchmark");
        }

        var home = addresses.Find(addresses.Read(text));
        return Reply.Json(200, new JsonObject
        {
            ["result"] = new JsonObject
            {
                ["input"] = new JsonObject { ["address"] = input(query), ["benchmark"] = Benchmark() },
                ["addressMatches"] = home is null ? [] : new JsonArray(Match(home)),
            },
        });
    }

    static JsonObject Match(Home home)
    {
        var address = home.Address;
        var block = int.Parse(address.Number, CultureInfo.InvariantCulture) / 100 * 100;
        var suffix = AddressWords.Key(address.StreetName.Suffix ?? "");
        return new()
        {
            ["tigerLine"] = new JsonObject
            {
                ["side"] = block % 200 == 0 ? "L" : "R",
                ["tigerLineId"] = (SeededRandom.Hash(address.StreetName.ToString()) % 900_000_000).ToString(CultureInfo.InvariantCulture),
            },
            ["coordinates"] = new JsonObject { ["x"] = home.Point.Longitude, ["y"] = home.Point.Latitude },
            ["addressComponents"] = new JsonObject
            {
                ["zip"] = address.PostalCode,
                ["streetName"] = address.StreetName.Name.ToUpperInvariant(),
                ["preType"] = "",
                ["city"] = address.City.ToUpperInvariant(),
                ["preDirection"] = address.StreetName.Prefix ?? "",
                ["suffixDirection"] = address.StreetName.DirectionSuffix ?? "",
                ["fromAddress"] = block.ToString(CultureInfo.InvariantCulture),
                ["state"] = address.State,
                ["suffixType"] = suffix,
                ["toAddress"] = (block + 98).ToString(CultureInfo.InvariantCulture),
                ["suffixQualifier"] = "",
                ["preQualifier"] = "",
            },
            ["matchedAddress"] = $"{AddressWords.Key(address.Street)}, {address.City.ToUpperInvariant()}, {address.State}, {address.PostalCode}",
        };
    }

    static JsonObject Benchmark() => new()
    {
        ["isDefault"] = true,
        ["benchmarkDescription"] = "Public Address Ranges - Current Benchmark",
        ["id"] = "4",
        ["benchmarkName"] = "Public_AR_Current",
    };

    static string Joined(IQueryCollection query) =>
        string.Join(", ", Parts.Select(part => query[part].ToString()).Where(part => part.Length > 0));

    static Reply Failure(int status, string? code) => Reply.Json(status, new
    {
        errors = new[] { code ?? "The service is unavailable" },
        status = status.ToString(CultureInfo.InvariantCulture),
    });
}
