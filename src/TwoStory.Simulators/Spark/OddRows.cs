using System.Text.Json.Nodes;
using TwoStory.Simulators.World;

namespace TwoStory.Simulators.Spark;

/// <summary>
/// Rows as a careless MLS might send them: copies of a real one with a key of their own and one thing wrong. None is a
/// sale that anybody may be told of.
/// </summary>
static class OddRows
{
    static readonly (string What, Action<JsonObject> Spoil)[] All =
    [
        ("no point", row => row["Latitude"] = row["Longitude"] = null),
        ("at 0/0", row => (row["Latitude"], row["Longitude"]) = (0.0, 0.0)),
        ("off the globe", row => row["Latitude"] = 947.6),
        ("no price", row => row["ClosePrice"] = null),
        ("negative price", row => row["ClosePrice"] = -1.0),
        ("no close date", row => row["CloseDate"] = null),
        ("future close date", row => row["CloseDate"] = "2199-01-01"),
        ("close date that is none", row => row["CloseDate"] = "0000-00-00"),
        ("no status", row => row["StandardStatus"] = null),
        ("not closed", row => row["StandardStatus"] = "Active"),
        ("no key", row => row.Remove("ListingKey")),
        ("empty key", row => row["ListingKey"] = ""),
    ];

    public static IEnumerable<JsonObject> Like(ClosedSale sale, DateTimeOffset now) => All.Select((odd, index) =>
    {
        var row = Row(sale, now);
        row["ListingKey"] = $"99999999{index:00}{sale.ListingKey[10..]}";
        row["ListingId"] = $"odd-{index}-{sale.ListingId}";
        row["UnparsedAddress"] = $"{index + 1} Odd Row ({odd.What}), {sale.Home.Address.City}, {sale.Home.Address.State}";
        odd.Spoil(row);
        return row;
    });

    static JsonObject Row(ClosedSale sale, DateTimeOffset now)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new System.Text.Json.Utf8JsonWriter(buffer))
        {
            SparkRow.Write(json, sale, null, now);
        }

        return JsonNode.Parse(buffer.WrittenSpan)!.AsObject();
    }
}
