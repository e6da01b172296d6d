namespace TwoStory.Simulators.Geocoders;

/// <summary>The states and counties that the world lies in.</summary>
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

    /// <summary>WA for WA and WASHINGTON; null when the word is no state. NE is north-east here, as no world lies in Nebraska.</summary>
    public static string? Code(string word) => ByCode.ContainsKey(word) || OtherCodes.Contains(word)
        ? word
        : ByCode.FirstOrDefault(state => state.Value.Name.Equals(word, StringComparison.OrdinalIgnoreCase)).Key;

    public static string Name(string code) => ByCode.TryGetValue(code, out var state) ? state.Name : code;

    public static string? Fips(string code) => ByCode.TryGetValue(code, out var state) ? state.Fips : null;

    public static string? CountyFips(string county) => Counties.GetValueOrDefault(county);
}
