using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace TwoStory.Core.Providers;

/// <summary>Normalizes addresses: letters, punctuation, and the abbreviations of the US Postal Service.</summary>
static partial class AddressText
{
    static readonly Dictionary<string, string> Words = Table(
        """
        st: street str saint; ave: avenue av aven; blvd: boulevard boul; rd: road; dr: drive drv; ln: lane; ct: court crt; cir: circle circ; pl: place
        sq: square; ter: terrace terr; trl: trail; pkwy: parkway pky; hwy: highway; rte: route; expy: expressway; fwy: freeway; tpke: turnpike; aly: alley
        way: wy; xing: crossing; pt: point pointe; cv: cove; rdg: ridge; hts: heights; hl: hill; hls: hills; holw: hollow; vly: valley; vw: view; vlg: village
        cres: crescent; crk: creek; cyn: canyon; ctr: center centre; ests: estates; est: estate; ext: extension; fls: falls; fld: field; flds: fields
        gdn: garden; gdns: gardens; gln: glen; grn: green; grv: grove; hbr: harbor; hvn: haven; is: island; jct: junction; knl: knoll; knls: knolls; lk: lake
        lks: lakes; lndg: landing; mnr: manor; mdw: meadow; mdws: meadows; mtn: mountain; mt: mount; ft: fort; orch: orchard; plz: plaza; rnch: ranch
        riv: river; shr: shore; shrs: shores; spg: spring; spgs: springs; sta: station; smt: summit; vis: vista; n: north; s: south; e: east; w: west
        ne: northeast; nw: northwest; se: southeast; sw: southwest; 1st: first; 2nd: second; 3rd: third; 4th: fourth; 5th: fifth; 6th: sixth; 7th: seventh
        8th: eighth; 9th: ninth; 10th: tenth; 11th: eleventh; 12th: twelfth
        """);

    /// <returns>Lowercase ASCII where a letter has an ASCII shape; runs of white space are one space.</returns>
    public static string Fold(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return "";
        var folded = new StringBuilder(text.Length);
        // Half of a surrogate pair and U+FFFE cannot be normalized, so both become a replacement character.
        foreach (var character in string.Concat(text.EnumerateRunes()).Replace('\uFFFE', '\uFFFD').Normalize(NormalizationForm.FormKD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(character) == UnicodeCategory.NonSpacingMark) continue;
            folded.Append(char.ToLowerInvariant(character) switch
            {
                'ß' => "ss",
                'æ' => "ae",
                'œ' => "oe",
                'ø' => "o",
                'ł' => "l",
                'đ' => "d",
                'ı' => "i",
                '‐' or '‑' or '–' or '—' => "-",
                '\'' or '’' or '‘' or 'ʻ' or '`' => "",
                var other => other.ToString(),
            });
        }
        return Spaces().Replace(folded.ToString(), " ").Trim();
    }

    /// <summary>Whether the word has other spellings: <c>Street</c>, <c>St.</c>, <c>N.</c>.</summary>
    public static bool HasSpellings(string word) =>
        Punctuation().Replace(Fold(word), "") is var folded && (Words.ContainsKey(folded) || Words.ContainsValue(folded));

    /// <returns>The words in their shortest spelling. A <c>#</c> is a word of its own.</returns>
    public static List<string> Tokens(string? text)
    {
        var folded = Initials().Replace(Fold(text), "");
        folded = Punctuation().Replace(folded.Replace("#", " # ", StringComparison.Ordinal), " ");
        var words = folded.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => Words.GetValueOrDefault(word, word));
        return JoinDirections(words);
    }

    // "North East" and "N E" are "NE".
    static List<string> JoinDirections(IEnumerable<string> words)
    {
        var joined = new List<string>();
        foreach (var word in words)
        {
            if (word is "e" or "w" && joined.Count > 0 && joined[^1] is "n" or "s") joined[^1] += word;
            else joined.Add(word);
        }
        return joined;
    }

    // Lines and semicolons separate the entries: the short spelling, a colon, and the longer ones.
    static Dictionary<string, string> Table(string text) => text
        .Split([';', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(entry => entry.Split(": "))
        .SelectMany(entry => entry[1].Split(' ').Select(spelling => KeyValuePair.Create(spelling, entry[0])))
        .ToDictionary(StringComparer.Ordinal);

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    // The dots of "N.E." join letters, other dots separate words.
    [GeneratedRegex(@"(?<=\b[a-z])\.(?=[a-z]\b)")]
    private static partial Regex Initials();

    // Hyphens and slashes stay inside numbers: 45-12 and 12 1/2.
    [GeneratedRegex(@"[^\w#/-]|_|(?<!\d)[-/]|[-/](?!\d)")]
    private static partial Regex Punctuation();
}
