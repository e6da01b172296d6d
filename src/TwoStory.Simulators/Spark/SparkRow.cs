using System.Globalization;
using System.Text.Json;
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
