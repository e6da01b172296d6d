using System.Globalization;
using System.Text.RegularExpressions;
using TwoStory.Core.NearbySales.Planning;

namespace TwoStory.Tests.Listings.Planning;

/// <summary>Parses the output of SparkFilters, and fails on any other text.</summary>
static partial class FilterText
{
    const string Number = @"-?\d{1,3}(?:\.\d{1,4})?";

    public static IReadOnlyList<AreaPolygon> Parse(string filter)
    {
        var terms = (filter.StartsWith('(') && Whole().IsMatch(filter) ? filter[1..^1] : filter).Split(" or ");
        return [.. terms.Select(Term)];
    }

    static AreaPolygon Term(string term)
    {
        if (Box().Match(term) is { Success: true } box)
        {
            double south = Value(box, 1), north = Value(box, 2), west = Value(box, 3), east = Value(box, 4);
            return new([west, south, east, south, east, north, west, north, west, south]);
        }
        var polygon = Polygon().Match(term);
        Assert.True(polygon.Success, term);
        return new([.. polygon.Groups[1].Value.Split(',', ' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))]);
    }

    static double Value(Match match, int group) => double.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\(.* or .*\)$")]
    private static partial Regex Whole();

    [GeneratedRegex($@"^geo\.intersects\(Location, geography'POLYGON\(\(({Number} {Number}(?:,{Number} {Number})+)\)\)'\)$")]
    private static partial Regex Polygon();

    [GeneratedRegex($@"^\(Latitude ge ({Number}) and Latitude le ({Number}) and Longitude ge ({Number}) and Longitude le ({Number})\)$")]
    private static partial Regex Box();
}
