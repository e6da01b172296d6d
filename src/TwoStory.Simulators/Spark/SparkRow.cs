using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using TwoStory.Simulators.World;

namespace TwoStory.Simulators.Spark;

/// <summary>Writes a sale as a row of the Property resource.</summary>
static class SparkRow
{
    public static void Write(Utf8JsonWriter json, ClosedSale sale, SparkQuery? query, DateTimeOffset now)
    {
        json.WriteStartObject();
        WriteFields(json, sale, query, now);
        json.WriteEndObject();
    }

    public static void WriteFields(Utf8JsonWriter json, ClosedSale sale, SparkQuery? query, DateTimeOffset now)
    {
        foreach (var field in PropertyFields.All)
        {
            if (field.Listed && query?.Select?.Contains(field.Name) != false)
            {
                json.WritePropertyName(field.Name);
                WriteValue(json, field, field.Read(sale, now));
            }
        }

        if (query?.Media == true)
        {
            WriteMedia(json, sale);
        }
    }

    static void WriteValue(Utf8JsonWriter json, PropertyField field, FilterValue value)
    {
        switch (value.Type)
        {
            case FilterType.Null:
                json.WriteNullValue();
                break;
            case FilterType.Number when field.Edm == "Edm.Int32":
                json.WriteNumberValue((int)value.Number);
                break;
            case FilterType.Number:
                // Decimals keep their point: 487500.0, as the service writes them.
                json.WriteRawValue(value.Number.ToString("0.0#######", CultureInfo.InvariantCulture));
                break;
            case FilterType.Date:
                json.WriteStringValue(DateOnly.FromDayNumber((int)value.Ticks).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
                break;
            case FilterType.Instant:
                json.WriteStringValue(new DateTime(value.Ticks).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
                break;
            case FilterType.Truth:
                json.WriteBooleanValue(value.Ticks == 1);
                break;
            default:
                json.WriteStringValue(value.Text);
                break;
        }
    }

    static void WriteMedia(Utf8JsonWriter json, ClosedSale sale)
    {
        json.WriteStartArray("Media");
        json.WriteStartObject();
        json.WriteString("MediaKey", $"{sale.ListingKey[..^3]}m01");
        json.WriteString("MediaURL", $"https://cdn.example.invalid/{sale.ListingId}-1.jpg");
        json.WriteString("MediaCategory", "Photo");
        json.WriteNumber("Order", 0);
        json.WriteBoolean("PreferredPhotoYN", true);
        json.WriteString("ResourceRecordKey", sale.ListingKey);
        json.WriteEndObject();
        json.WriteEndArray();
    }
}

/// <summary>
/// Rows with invalid data, as an MLS may send them: copies of a valid row with another key and one invalid value. None is a
/// sale that may cause a notification.
/// </summary>
static class InvalidRows
{
    static readonly (string What, Action<JsonObject> Corrupt)[] All =
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

    public static IEnumerable<JsonObject> Like(ClosedSale sale, DateTimeOffset now) => All.Select((invalid, index) =>
    {
        var row = Row(sale, now);
        row["ListingKey"] = $"99999999{index:00}{sale.ListingKey[10..]}";
        row["ListingId"] = $"odd-{index}-{sale.ListingId}";
        row["UnparsedAddress"] = $"{index + 1} Invalid Row ({invalid.What}), {sale.Home.Address.City}, {sale.Home.Address.State}";
        invalid.Corrupt(row);
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
