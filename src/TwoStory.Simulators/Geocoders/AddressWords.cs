using System.Text;

namespace TwoStory.Simulators.Geocoders;

/// <summary>Brings the ways of writing an address to one: upper case, no punctuation, the post's abbreviations.</summary>
static class AddressWords
{
    const string Abbreviations = """
        Street St, Avenue Ave, Av Ave, Boulevard Blvd, Drive Dr, Lane Ln, Court Ct, Place Pl, Road Rd, Terrace Ter,
        Parkway Pkwy, Highway Hwy, Circle Cir, Square Sq, North N, South S, East E, West W, Northeast NE, Northwest NW,
        Southeast SE, Southwest SW, Apartment Unit, Apt Unit, Suite Unit, Ste Unit, Saint St, Mount Mt
        """;

    static readonly Dictionary<string, string> Short = Abbreviations.Split(',', StringSplitOptions.TrimEntries)
        .Select(pair => pair.Split(' ')).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);

    /// <summary>The words of an address; a # becomes the word UNIT.</summary>
    public static IReadOnlyList<string> From(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            _ = letter switch
            {
                '.' or '\'' => plain,
                '#' => plain.Append(" UNIT "),
                _ when char.IsLetterOrDigit(letter) => plain.Append(char.ToUpperInvariant(letter)),
                _ => plain.Append(' '),
            };
        }

        return [.. plain.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(word => Short.TryGetValue(word, out var abbreviation) ? abbreviation.ToUpperInvariant() : word)];
    }

    public static string Key(string text) => string.Join(' ', From(text));

    /// <summary>The same in mixed case, for people: <c>1418 Alder Bend Ln</c>.</summary>
    public static string Shortened(string street) =>
        string.Join(' ', street.Split(' ').Select(word => Short.GetValueOrDefault(word, word)));
}

/// <summary>The states and counties of the world.</summary>
static class UsStates
{
    static readonly Dictionary<string, (string Name, string Fips)> ByCode = new()
    {
        ["WA"] = ("Washington", "53"),
        ["OR"] = ("Oregon", "41"),
        ["CO"] = ("Colorado", "08"),
    };

    static readonly Dictionary<string, string> Counties = new() { ["King"] = "033", ["Multnomah"] = "051", ["Denver"] = "031" };

    static readonly HashSet<string> OtherCodes =
    [
        "AL", "AK", "AZ", "AR", "CA", "CT", "DE", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY", "LA", "ME", "MD", "MA",
        "MI", "MN", "MS", "MO", "MT", "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "PA", "RI", "SC", "SD",
        "TN", "TX", "UT", "VT", "VA", "WV", "WI", "WY", "DC",
    ];

    /// <summary>WA for WA and WASHINGTON; null when the word is not a state. NE means north-east, because no world is in Nebraska.</summary>
    public static string? Code(string word) => ByCode.ContainsKey(word) || OtherCodes.Contains(word)
        ? word
        : ByCode.FirstOrDefault(state => state.Value.Name.Equals(word, StringComparison.OrdinalIgnoreCase)).Key;

    public static string Name(string code) => ByCode.TryGetValue(code, out var state) ? state.Name : code;

    public static string? Fips(string code) => ByCode.TryGetValue(code, out var state) ? state.Fips : null;

    public static string? CountyFips(string county) => Counties.GetValueOrDefault(county);
}
