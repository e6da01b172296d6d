using FsCheck;
using Microsoft.AspNetCore.WebUtilities;
using TwoStory.Core;
using TwoStory.Core.Providers.Spark;
using TwoStory.Simulators.Spark;

namespace TwoStory.Tests.Hostile;

/// <summary>A filter says to the server what it was to say, whatever people type.</summary>
public sealed class FilterProperties
{
    [HostileProperty]
    public void A_filter_comes_out_of_the_query_string_as_it_went_in(string? text, DoNotSize<int> seed)
    {
        foreach (var filter in new[] { text ?? "", HostileText.Any(new Random(seed.Item)) })
        {
            var query = QueryHelpers.ParseQuery($"?$filter={SparkFilters.Encode(filter)}&$top=25");

            Assert.Equal(["$filter", "$top"], query.Keys);
            Assert.Equal(string.Concat(filter.EnumerateRunes()), query["$filter"]);
        }
    }

    [HostileProperty]
    public void What_is_searched_for_stays_inside_of_its_quotes(string? text, bool lowered, DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        foreach (var typed in new[] { text ?? "", HostileText.Any(random), $"12 O'{HostileText.Pick(random, HostileText.Texts)}' {HostileText.Pick(random, HostileText.Texts)}" })
        {
            string filter;
            try
            {
                filter = AddressSearch.Parse(typed).Filter(lowered);
            }
            catch (ValidationException)
            {
                continue;
            }
            AssertSearches(QueryHelpers.ParseQuery($"?$filter={SparkFilters.Encode(filter)}")["$filter"]!, typed, lowered);
        }
    }

    // contains(UnparsedAddress,'…') and contains(…: that and nothing else, and between the quotes a piece of what was typed.
    static void AssertSearches(string filter, string typed, bool lowered)
    {
        FilterParser.Parse(filter);
        var tokens = FilterLexer.Tokens(filter);
        string[] call = lowered ? ["contains", "(", "tolower", "(", "UnparsedAddress", ")", ","] : ["contains", "(", "UnparsedAddress", ","];
        var given = string.Concat(typed.EnumerateRunes());
        for (var at = 0; ; at++)
        {
            Assert.Equal(call, tokens.Skip(at).Take(call.Length).Select(token => token.Text));
            at += call.Length;
            Assert.Equal(FilterTokenKind.Literal, tokens[at].Kind);
            Assert.Contains(tokens[at].Value.Text!, lowered ? given.ToLowerInvariant() : given, StringComparison.Ordinal);
            Assert.Equal(FilterTokenKind.Close, tokens[++at].Kind);
            if (tokens[++at].Kind == FilterTokenKind.End) return;
            Assert.Equal("and", tokens[at].Text);
        }
    }
}
