namespace TwoStory.Core.Providers.Spark;

/// <summary>
/// A search for an address as people type it. The MLS is asked for the words that tell one address from another; words that have
/// several spellings, such as Street and St, are compared here, as is everything again that the MLS was asked for.
/// </summary>
sealed class AddressSearch
{
    const int MostWords = 6;
    const int LongestText = 200;

    readonly List<string> words;
    readonly List<string> tokens;

    AddressSearch(List<string> words, List<string> tokens) => (this.words, this.tokens) = (words, tokens);

    /// <exception cref="ValidationException">There is nothing in it to look for.</exception>
    public static AddressSearch Parse(string? text)
    {
        var errors = new FieldErrors();
        var given = errors.Required("address", text, LongestText);
        errors.ThrowIfAny();
        var words = given
            .Split([' ', ',', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .Select(word => word.TrimStart('#'))
            .Where(word => word.Any(char.IsLetterOrDigit) && !word.Any(char.IsControl))
            .ToList();
        var telling = words.Where(word => word.Length > 1 && !AddressText.HasSpellings(word) && !AddressKey.IsUnitWord(AddressText.Fold(word))).Distinct(StringComparer.OrdinalIgnoreCase).Take(MostWords).ToList();
        if (telling.Count == 0) telling = [.. words.OrderByDescending(word => word.Length).Take(1)];
        if (telling.Count == 0) throw new ValidationException("address", "must hold a house number, a street or a place.");
        return new AddressSearch(telling, [.. AddressText.Tokens(given).Where(token => !AddressKey.IsUnitWord(token))]);
    }

    /// <summary>Each word somewhere in the address, in lower case as far as the server can: not every one knows <c>tolower</c>.</summary>
    public string Filter(bool lowered) => string.Join(" and ", words.Select(word => lowered
        ? $"contains(tolower(UnparsedAddress),{Quoted(word.ToLowerInvariant())})"
        : $"contains(UnparsedAddress,{Quoted(word)})"));

    /// <summary>Whether a listing's address has each word, or one that begins with it.</summary>
    public bool Matches(Listing listing)
    {
        var there = AddressText.Tokens($"{listing.DisplayAddress} {listing.Unit} {listing.City} {listing.State} {listing.PostalCode}");
        return tokens.All(token => there.Exists(part => part.StartsWith(token, StringComparison.Ordinal)));
    }

    static string Quoted(string word) => $"'{word.Replace("'", "''", StringComparison.Ordinal)}'";
}
