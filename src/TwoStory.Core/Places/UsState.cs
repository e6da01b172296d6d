namespace TwoStory.Core.Places;

/// <summary>States and territories, by name and by their two letters.</summary>
static class UsState
{
    static readonly Dictionary<string, string> Codes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["alabama"] = "al", ["alaska"] = "ak", ["arizona"] = "az", ["arkansas"] = "ar", ["california"] = "ca", ["colorado"] = "co",
        ["connecticut"] = "ct", ["delaware"] = "de", ["district of columbia"] = "dc", ["florida"] = "fl", ["georgia"] = "ga", ["hawaii"] = "hi",
        ["idaho"] = "id", ["illinois"] = "il", ["indiana"] = "in", ["iowa"] = "ia", ["kansas"] = "ks", ["kentucky"] = "ky",
        ["louisiana"] = "la", ["maine"] = "me", ["maryland"] = "md", ["massachusetts"] = "ma", ["michigan"] = "mi", ["minnesota"] = "mn",
        ["mississippi"] = "ms", ["missouri"] = "mo", ["montana"] = "mt", ["nebraska"] = "ne", ["nevada"] = "nv", ["new hampshire"] = "nh",
        ["new jersey"] = "nj", ["new mexico"] = "nm", ["new york"] = "ny", ["north carolina"] = "nc", ["north dakota"] = "nd", ["ohio"] = "oh",
        ["oklahoma"] = "ok", ["oregon"] = "or", ["pennsylvania"] = "pa", ["puerto rico"] = "pr", ["rhode island"] = "ri", ["south carolina"] = "sc",
        ["south dakota"] = "sd", ["tennessee"] = "tn", ["texas"] = "tx", ["utah"] = "ut", ["vermont"] = "vt", ["virginia"] = "va",
        ["washington"] = "wa", ["west virginia"] = "wv", ["wisconsin"] = "wi", ["wyoming"] = "wy", ["guam"] = "gu",
        ["american samoa"] = "as", ["northern mariana islands"] = "mp", ["u s virgin islands"] = "vi", ["virgin islands"] = "vi",
    };

    /// <returns>Two lowercase letters where the state is known, else the folded text; null for none.</returns>
    public static string? Code(string? state)
    {
        var folded = AddressText.Fold(state).Replace(".", "", StringComparison.Ordinal).Trim();
        if (folded.StartsWith("us-", StringComparison.Ordinal)) folded = folded[3..];
        return folded.Length == 0 ? null : Codes.GetValueOrDefault(folded, folded);
    }
}
