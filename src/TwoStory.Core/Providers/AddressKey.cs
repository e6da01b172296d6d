using System.Text.RegularExpressions;

namespace TwoStory.Core.Providers;

/// <summary>The identity of a home: the same text for every spelling of its address, and different texts for different homes.</summary>
public static partial class AddressKey
{
    static readonly HashSet<string> UnitWords =
        ["#", "apt", "apartment", "unit", "ste", "suite", "no", "num", "number", "rm", "room", "bldg", "building", "lot", "spc", "space", "trlr",
            "trailer", "ph", "penthouse"];

    internal static bool IsUnitWord(string token) => UnitWords.Contains(token);

    /// <returns>Null without a street. The city is used only without a ZIP code, because one home can have several city names.</returns>
    public static string? From(Address address)
    {
        var (street, unitInStreet) = Split(AddressText.Tokens(address.Street));
        if (street.Count == 0) return null;
        var unit = Compact(AddressText.Tokens(address.Unit).Where(word => !UnitWords.Contains(word)));
        if (unit.Length == 0) unit = unitInStreet;
        var area = PostalCode(address.PostalCode) is { Length: > 0 } zip
            ? zip
            : $"{string.Join(' ', AddressText.Tokens(address.City))}|{UsState.Code(address.State)}";
        return $"{string.Join(' ', street)}|{unit}|{area}";
    }

    /// <returns>The five digits; other text folded.</returns>
    internal static string PostalCode(string? text)
    {
        var folded = AddressText.Fold(text);
        return Zip().Match(folded) is { Success: true } zip ? zip.Groups[1].Value : folded;
    }

    // A unit word after at least a number and a name, followed by what looks like a unit.
    static (List<string> Street, string Unit) Split(List<string> words)
    {
        for (var at = 2; at < words.Count - 1; at++)
        {
            if (!UnitWords.Contains(words[at])) continue;
            var unit = words.Skip(at + 1).Where(word => !UnitWords.Contains(word)).ToList();
            if (unit.Count > 0 && unit.All(word => word.Length == 1 || word.Any(char.IsDigit))) return (words[..at], Compact(unit));
        }
        return (words, "");
    }

    // "4-B", "4 b" and "4B" are one unit, as are "04" and "4"; "2-4" and "24" are two.
    static string Compact(IEnumerable<string> words)
    {
        var compact = "";
        foreach (var part in words.SelectMany(word => word.Split('-', '/')))
        {
            var trimmed = part.TrimStart('0') is { Length: > 0 } rest && char.IsDigit(rest[0]) ? rest : part;
            compact += compact.Length > 0 && trimmed.Length > 0 && char.IsDigit(compact[^1]) && char.IsDigit(trimmed[0]) ? "-" + trimmed : trimmed;
        }
        return compact;
    }

    [GeneratedRegex(@"^(\d{5})(?:\D|\d{4}$|$)")]
    private static partial Regex Zip();
}
