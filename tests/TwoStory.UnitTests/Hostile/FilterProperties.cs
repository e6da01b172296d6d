using FsCheck;
using Microsoft.AspNetCore.WebUtilities;
using TwoStory.Core;
using TwoStory.Core.Providers.Spark;
using TwoStory.Simulators.Spark;

namespace TwoStory.Tests.Hostile;

/// <summary>A filter keeps its meaning with any user input.</summary>
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
    public void Search_text_stays_inside_its_quotes(string? text, bool lowered, DoNotSize<int> seed)
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

    // contains(UnparsedAddress,'…') and contains(…: only these conditions, each with a part of the typed text between the quotes.
    static void AssertSearches(string filter, string typed, bool lowered)
    {
        var condition = FilterParser.Parse(filter).Condition;
        var given = string.Concat(typed.EnumerateRunes());
        var conditions = condition is And and ? and.Conditions : [condition];
        Assert.All(conditions, each =>
        {
            var contains = Assert.IsType<Contains>(each);
            Assert.Equal(("UnparsedAddress", lowered), (contains.Text.Field?.Name, contains.Text.IsLowered));
            Assert.False(contains.Part.IsLowered);
            Assert.Contains(contains.Part.Constant!.Value.Text!, lowered ? given.ToLowerInvariant() : given, StringComparison.Ordinal);
        });
    }
}
