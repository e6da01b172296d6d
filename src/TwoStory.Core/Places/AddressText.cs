using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace TwoStory.Core.Places;

/// <summary>Brings the ways to write an address to one: letters, punctuation, and the abbreviations of the US Postal Service.</summary>
static partial class AddressText
{
    static readonly Dictionary<string, string> Words = new(StringComparer.Ordinal)
    {
        ["street"] = "st", ["str"] = "st", ["saint"] = "st", ["avenue"] = "ave", ["av"] = "ave", ["aven"] = "ave", ["boulevard"] = "blvd", ["boul"] = "blvd",
        ["road"] = "rd", ["drive"] = "dr", ["drv"] = "dr", ["lane"] = "ln", ["court"] = "ct", ["crt"] = "ct", ["circle"] = "cir", ["circ"] = "cir",
        ["place"] = "pl", ["square"] = "sq", ["terrace"] = "ter", ["terr"] = "ter", ["trail"] = "trl", ["parkway"] = "pkwy", ["pky"] = "pkwy",
        ["highway"] = "hwy", ["route"] = "rte", ["expressway"] = "expy", ["freeway"] = "fwy", ["turnpike"] = "tpke", ["alley"] = "aly", ["way"] = "way", ["wy"] = "way",
        ["crossing"] = "xing", ["point"] = "pt", ["pointe"] = "pt", ["cove"] = "cv", ["ridge"] = "rdg", ["heights"] = "hts", ["hill"] = "hl", ["hills"] = "hls",
        ["hollow"] = "holw", ["valley"] = "vly", ["view"] = "vw", ["village"] = "vlg", ["crescent"] = "cres", ["creek"] = "crk", ["canyon"] = "cyn",
        ["center"] = "ctr", ["centre"] = "ctr", ["estates"] = "ests", ["estate"] = "est", ["extension"] = "ext", ["falls"] = "fls", ["field"] = "fld", ["fields"] = "flds",
        ["garden"] = "gdn", ["gardens"] = "gdns", ["glen"] = "gln", ["green"] = "grn", ["grove"] = "grv", ["harbor"] = "hbr", ["haven"] = "hvn", ["island"] = "is",
        ["junction"] = "jct", ["knoll"] = "knl", ["knolls"] = "knls", ["lake"] = "lk", ["lakes"] = "lks", ["landing"] = "lndg", ["manor"] = "mnr", ["meadow"] = "mdw",
        ["meadows"] = "mdws", ["mountain"] = "mtn", ["mount"] = "mt", ["fort"] = "ft", ["orchard"] = "orch", ["plaza"] = "plz", ["ranch"] = "rnch", ["river"] = "riv",
        ["shore"] = "shr", ["shores"] = "shrs", ["spring"] = "spg", ["springs"] = "spgs", ["station"] = "sta", ["summit"] = "smt", ["vista"] = "vis",
        ["north"] = "n", ["south"] = "s", ["east"] = "e", ["west"] = "w", ["northeast"] = "ne", ["northwest"] = "nw", ["southeast"] = "se", ["southwest"] = "sw",
        ["first"] = "1st", ["second"] = "2nd", ["third"] = "3rd", ["fourth"] = "4th", ["fifth"] = "5th", ["sixth"] = "6th", ["seventh"] = "7th",
        ["eighth"] = "8th", ["ninth"] = "9th", ["tenth"] = "10th", ["eleventh"] = "11th", ["twelfth"] = "12th",
    };

    /// <returns>Lowercase ASCII where a letter has an ASCII shape; runs of white space are one space.</returns>
    public static string Fold(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return "";
        var folded = new StringBuilder(text.Length);
        foreach (var character in text.Normalize(NormalizationForm.FormKD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(character) == UnicodeCategory.NonSpacingMark) continue;
            folded.Append(char.ToLowerInvariant(character) switch
            {
                'ß' => "ss", 'æ' => "ae", 'œ' => "oe", 'ø' => "o", 'ł' => "l", 'đ' => "d", 'ı' => "i",
                '‐' or '‑' or '–' or '—' => "-",
                '\'' or '’' or '‘' or 'ʻ' or '`' => "",
                var other => other.ToString(),
            });
        }
        return Spaces().Replace(folded.ToString(), " ").Trim();
    }

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

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    // The dots of "N.E." join, other dots part.
    [GeneratedRegex(@"(?<=\b[a-z])\.(?=[a-z]\b)")]
    private static partial Regex Initials();

    // What is kept inside of numbers: 45-12 and 12 1/2.
    [GeneratedRegex(@"[^\w#/-]|_|(?<!\d)[-/]|[-/](?!\d)")]
    private static partial Regex Punctuation();
}
