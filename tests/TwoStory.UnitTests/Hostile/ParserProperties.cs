using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using Npgsql;
using TwoStory.Core;
using TwoStory.Core.Data;
using TwoStory.Core.Providers;
using TwoStory.Core.Providers.Geocoding;
using TwoStory.Core.Providers.RentCast;
using TwoStory.Core.Providers.Spark;
using TwoStory.Core.Upstreams;
using TwoStory.Simulators.World;

namespace TwoStory.Tests.Hostile;

/// <summary>External input is read or refused as documented.</summary>
public sealed class ParserProperties : IDisposable
{
    static readonly Uri Spark = new("https://mls.example/Reso/OData/");

    static readonly Address Requested = new("1 Main St", null, "Seattle", "WA", "98101");

    readonly string folder = Directory.CreateTempSubdirectory("twostory-hostile-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [HostileProperty]
    public void A_page_of_Spark_is_read_or_refused(DoNotSize<int> seed)
    {
        var page = Read(answer => SparkPage.Read(answer, Spark, new SparkAccount(Guid.Empty, new BearerCredentials("token"), Spark, 25, 1500, true)), """
            {"@odata.nextLink": "https://mls.example/Reso/OData/Property?$skiptoken=1", "error": null, "D": {"Success": true, "Code": 0}, "value": [{"ListingKey": "1", "ListingId": "2",
             "StandardStatus": "Closed", "CloseDate": "2026-01-31", "ClosePrice": 500000, "UnparsedAddress": "1 Main St", "StreetNumber": "1", "StreetName": "Main", "UnitNumber": "2",
             "PostalCode": "98101", "Latitude": 47.6, "Longitude": -122.3, "BedroomsTotal": 3, "BathroomsTotalInteger": 2, "LivingArea": 900, "YearBuilt": 1980,
             "ModificationTimestamp": "2026-01-31T00:00:00Z"}]}
            """, seed.Item);
        Assert.All(page?.Listings ?? [], listing =>
        {
            Assert.InRange(listing.Key.Length, 1, 255);
            Assert.InRange(listing.ClosePrice ?? 1, 1, 100_000_000_000m);
            Assert.True(listing.Latitude is null or (>= -90 and <= 90) && (listing.Latitude is null) == (listing.Longitude is null));
        });
        Assert.True(page?.Next is null || page.Next.Authority == Spark.Authority);
    }

    [HostileProperty]
    public void RentCast_responses_are_read_or_refused(DoNotSize<int> seed)
    {
        const string Facts = """
            "id": "1", "addressLine1": "1 Main St", "city": "Seattle", "state": "WA", "zipCode": "98101", "latitude": 47.6, "longitude": -122.3, "bedrooms": 3, "yearBuilt": 1980,
            "lastSaleDate": "2020-01-31T00:00:00.000Z"
            """;
        var estimate = Read(RentCastReader.Estimate, $$"""
            {"error": "billing/x", "price": 500000, "priceRangeLow": 450000, "priceRangeHigh": 550000, "subjectProperty": { {{Facts}} },
             "comparables": [{ {{Facts}}, "price": 1, "daysOnMarket": 3, "distance": 0.3, "correlation": 0.9 }]}
            """, seed.Item);
        Assert.InRange(estimate?.Price ?? 1_000, 1_000, 1_000_000_000);
        Assert.True(estimate?.RangeLow is null || (estimate.RangeLow <= estimate.Price && estimate.Price <= estimate.RangeHigh));
        Read(RentCastReader.Property, $"[{{ {Facts} }}]", seed.Item);
        Read(RentCastReader.Market, """
            {"saleData": {"lastUpdatedDate": "2026-01-31", "medianPrice": 500000, "newListings": 3, "history": {"2026-01": {"medianPrice": 1}, "2026-02": {"totalListings": 2}}}}
            """, seed.Item);
    }

    [HostileProperty]
    public void Geocoder_responses_are_read_or_refused(DoNotSize<int> seed)
    {
        var found = new[]
        {
            Read(answer => new NominatimGeocoder(null!, new NominatimOptions()).Read(answer, Requested), """
                [{"lat": "47.6", "lon": "-122.3", "place_rank": 30, "address": {"house_number": "1", "state": "Washington", "postcode": "98101", "ISO3166-2-lvl4": "US-WA"}}]
                """, seed.Item),
            Read(answer => new CensusGeocoder(null!, new CensusOptions()).Read(answer, Requested), """
                {"result": {"addressMatches": [{"coordinates": {"x": -122.3, "y": 47.6}, "addressComponents": {"state": "WA", "zip": "98101"}}]}}
                """, seed.Item),
        };
        Assert.All(found.OfType<GeocodedPoint>(), place => Assert.True(place is { Latitude: >= -90 and <= 90, Longitude: >= -180 and <= 180 }));
    }

    [HostileProperty]
    public void A_cursor_comes_back_as_it_was_and_any_other_text_is_refused(DateTime moment, Guid id, string? text, DoNotSize<int> seed)
    {
        var cursor = new Cursor(new DateTime(Math.Max(moment.Ticks, DateTime.UnixEpoch.Ticks), DateTimeKind.Utc), id);
        Assert.Equal(cursor, Cursor.Parse(cursor.ToString()));
        var random = new Random(seed.Item);
        var garbled = cursor.ToString().ToCharArray();
        garbled[random.Next(garbled.Length)] = (char)random.Next(0x250);
        foreach (var other in new[] { text ?? "", HostileText.Any(random), new string(garbled) })
        {
            try
            {
                Assert.Equal(other, Cursor.Parse(other).ToString());
            }
            catch (ValidationException refused)
            {
                Assert.Contains("after", refused.Errors!.Keys);
            }
        }
    }

    [HostileProperty]
    public void A_database_url_comes_back_as_it_was(NonEmptyString user, string? password, NonEmptyString name, ushort port)
    {
        // A connection string loses a line break at the end of a value.
        var (writtenUser, writtenPassword, writtenName, writtenPort) = ($"{WellFormed(user.Get)}u", $"{WellFormed(password ?? "")}p", $"{WellFormed(name.Get)}n", Math.Max((int)port, 1));
        var url = $"postgres://{Uri.EscapeDataString(writtenUser)}:{Uri.EscapeDataString(writtenPassword)}@db.example:{writtenPort}/{Uri.EscapeDataString(writtenName)}?sslmode=require";
        var read = new NpgsqlConnectionStringBuilder(DatabaseUrl.ToConnectionString(url));

        Assert.Equal((writtenUser, writtenPassword, "db.example", writtenPort, writtenName), (read.Username, read.Password, read.Host, read.Port, read.Database));
    }

    [HostileProperty]
    public void Any_other_database_url_is_refused_without_repeating_its_password(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        string Odd(string usual) => random.Next(3) == 0 ? HostileText.Any(random) : usual;
        var url = $"{Odd("postgres")}://{Odd("user")}:MARK{Odd("password")}@{Odd("localhost")}:{Odd($"{random.Next(-1, 70_000)}")}/{Odd("name")}?{Odd("sslmode")}={Odd($"{random.Next(9)}")}";
        try
        {
            Assert.NotEmpty(DatabaseUrl.ToConnectionString(url));
        }
        catch (SettingException refused)
        {
            Assert.DoesNotContain("MARK", refused.Message, StringComparison.Ordinal);
        }
    }

    [HostileProperty]
    public void A_sales_file_is_read_or_refused(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var rows = Enumerable.Range(0, random.Next(1, 4)).Select(row => string.Join(',', Cells(row).Select(cell => random.Next(12) == 0 ? Cell(WellFormed(HostileText.Any(random)), random) : cell)));
        var header = random.Next(15) == 0 ? WellFormed(HostileText.Any(random)) : string.Join(',', SalesFileRow.Columns);
        var path = Path.Combine(folder, "sales.csv");
        File.WriteAllText(path, $"{header}\n{string.Join('\n', rows)}\n");
        try
        {
            Assert.NotEmpty(SalesFile.Load(path, random.Next(2) == 0 ? null : new DateOnly(2026, 1, 31), new DateOnly(2026, 11, 22)));
        }
        catch (SalesFileException refused)
        {
            Assert.StartsWith(path, refused.Message, StringComparison.Ordinal);
        }
    }

    static string[] Cells(int row) => [$"2026-01-{row + 1:00}", "7", "500000", "3", "2.5", "900", "4000", "1980", "98101", "47.6", "-122.3"];

    static string Cell(string text, Random random) => random.Next(2) == 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>Half surrogate pairs cannot be part of a URL or a file.</summary>
    static string WellFormed(string text) => string.Concat(text.Where(character => !char.IsSurrogate(character) && character != '\0'));

    /// <summary>Reads a good answer of which some fields went wrong.</summary>
    /// <returns>Null when it was refused.</returns>
    static T? Read<T>(Func<UpstreamAnswer, T?> read, string good, int seed) where T : class
    {
        var random = new Random(seed);
        var text = Spoilt(JsonNode.Parse(good)!, random);
        using var message = new HttpResponseMessage();
        HttpResponseHeaders headers = message.Headers;
        var status = random.Next(10) == 0 ? random.Next(200, 600) : 200;
        try
        {
            return read(new UpstreamAnswer(status, Encoding.UTF8.GetBytes(random.Next(12) == 0 ? text[..random.Next(text.Length)] : text), headers, null));
        }
        catch (Exception refused) when (refused is JsonException or UpstreamException)
        {
            return null;
        }
    }

    static string Spoilt(JsonNode good, Random random)
    {
        List<(string Mark, string Value)> marks = [];
        Spoil(good, marks, random);
        return marks.Aggregate(good.ToJsonString(), (text, mark) => text.Replace(mark.Mark, mark.Value, StringComparison.Ordinal));
    }

    static void Spoil(JsonNode? node, List<(string Mark, string Value)> marks, Random random)
    {
        string Mark(string value)
        {
            marks.Add(($"\"@{marks.Count.ToString("000", CultureInfo.InvariantCulture)}\"", value));
            return marks[^1].Mark.Trim('"');
        }
        if (node is JsonArray list)
        {
            foreach (var item in list) Spoil(item, marks, random);
            if (random.Next(8) == 0) list.Add(Mark(HostileText.AnyJson(random)));
        }
        if (node is not JsonObject fields) return;
        foreach (var (name, value) in fields.ToList())
        {
            if (random.Next(8) == 0) fields[name] = Mark(HostileText.AnyJson(random));
            else if (random.Next(20) == 0) Rename(fields, name, Mark(HostileText.Quoted(random.Next(2) == 0 ? $"{name[..^1]}\ud800" : HostileText.Any(random))));
            else Spoil(value, marks, random);
        }
    }

    static void Rename(JsonObject fields, string from, string to)
    {
        var value = fields[from]?.DeepClone();
        fields.Remove(from);
        fields[to] = value;
    }
}
