using System.Globalization;
using System.Text.Json;

namespace TwoStory.Core.Upstreams;

/// <summary>Reads what providers send, which is not always what they document: a field that is missing, masked or out of range is null.</summary>
static class TolerantJson
{
    const int LongestText = 1000;

    public static JsonElement? Field(this JsonElement item, string name)
    {
        try
        {
            return item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
        }
        catch (InvalidOperationException)
        {
            // An earlier field has a name that is not valid text; see Characters.
            return null;
        }
    }

    /// <returns>The fields of an object, without those whose names are not valid text.</returns>
    public static IEnumerable<(string Name, JsonElement Value)> Fields(this JsonElement item) =>
        item.EnumerateObject().Select(field => (Name: Characters(() => field.Name), field.Value)).Where(field => field.Name.Length > 0);

    /// <returns>Trimmed text; null when it is empty, longer than 1,000 characters, or only asterisks, which mask a hidden field.</returns>
    public static string? Text(this JsonElement item, string name)
    {
        var text = item.Field(name) switch
        {
            { ValueKind: JsonValueKind.String } value => value.Characters().Trim(),
            { ValueKind: JsonValueKind.Number } value => value.GetRawText(),
            _ => "",
        };
        return text.Length is 0 or > LongestText || text.All(character => character == '*') || text.Any(char.IsControl) ? null : text;
    }

    /// <returns>The number, also when it was sent as text; null outside the bounds.</returns>
    public static decimal? Number(this JsonElement item, string name, decimal least, decimal most)
    {
        var value = item.Field(name) switch
        {
            { ValueKind: JsonValueKind.Number } number => number.TryGetDecimal(out var parsed) ? parsed : (decimal?)null,
            { ValueKind: JsonValueKind.String } text => Parse(text.Characters()),
            _ => null,
        };
        return value >= least && value <= most ? value : null;
    }

    public static DateOnly? Date(this JsonElement item, string name)
    {
        if (item.Text(name) is not { Length: >= 10 } text) return null;
        return DateOnly.TryParseExact(text[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            && date.Year is >= 1900 and <= 2200 ? date : null;
    }

    /// <returns>The moment, UTC.</returns>
    public static DateTime? Instant(this JsonElement item, string name) =>
        DateTimeOffset.TryParse(item.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
        && moment.Year is >= 1900 and <= 2200 ? moment.UtcDateTime : null;

    /// <returns>The text unchanged, of any length; empty when it is not valid text.</returns>
    public static string Characters(this JsonElement text) => Characters(() => text.GetString()!);

    // Half of a surrogate pair, or bytes that are not UTF-8, pass the parser and fail only when they are read.
    static string Characters(Func<string> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            return "";
        }
    }

    static decimal? Parse(string text) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;
}
