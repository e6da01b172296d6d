using TwoStory.Simulators.Spark;
using TwoStory.Simulators.World;

namespace TwoStory.Tests.Simulators;

public sealed class FilterTests
{
    static readonly DateTimeOffset Now = new(2026, 11, 23, 1, 0, 0, TimeSpan.Zero);

    static readonly ClosedSale Sale = new(
        new(new("1418", StreetName.Parse("NW O'Brien Lane"), null, "Seattle", "King", "WA", "98107"), "77", new(47.5, -122.25),
            HomeType.SingleFamily, 4, 2.5m, 2312, 7840, 1998, "Ballard"),
        "20260311154233501122000000", "26-10442", new(2026, 11, 20), 487500, 495000, 505000, 23, "Robin Sample",
        "Example Realty Group", new(2026, 11, 20, 22, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("StandardStatus eq 'Closed'", true)]
    [InlineData("StandardStatus ne 'Closed'", false)]
    [InlineData("CloseDate ge 2026-11-20", true)]
    [InlineData("CloseDate gt 2026-11-20", false)]
    [InlineData("CloseDate le 2026-11-20 and CloseDate lt 2026-11-21", true)]
    [InlineData("ModificationTimestamp gt 2026-11-20T21:59:59Z", true)]
    [InlineData("ModificationTimestamp ge 2026-11-20T14:00:00-08:00", true)]
    [InlineData("ModificationTimestamp gt 2026-11-20T22:00:00.5Z", false)]
    [InlineData("ClosePrice ge 487500.0 and ClosePrice le 4.875e5", true)]
    [InlineData("Longitude lt -122.2 and Longitude gt -122.3", true)]
    [InlineData("StreetName eq 'O''Brien'", true)]
    [InlineData("StreetName eq 'O'", false)]
    [InlineData("UnitNumber eq null", true)]
    [InlineData("UnitNumber ne null", false)]
    [InlineData("UnitNumber gt 'A'", false)]
    [InlineData("not (UnitNumber eq null)", false)]
    [InlineData("not (City eq 'Portland')", true)]
    [InlineData("ListingId in ('26-1', '26-10442')", true)]
    [InlineData("ListingId in ('26-1')", false)]
    [InlineData("BedroomsTotal in (3,4)", true)]
    [InlineData("contains(UnparsedAddress, 'Brien Lane')", true)]
    [InlineData("contains(UnparsedAddress, 'brien')", false)]
    [InlineData("contains(tolower(UnparsedAddress), 'o''brien lane')", true)]
    [InlineData("tolower(City) eq 'seattle'", true)]
    [InlineData("InternetEntireListingDisplayYN eq true", true)]
    // "and" has a higher precedence than "or".
    [InlineData("City eq 'Seattle' or City eq 'Kent' and City eq 'Auburn'", true)]
    [InlineData("(City eq 'Seattle' or City eq 'Kent') and City eq 'Auburn'", false)]
    [InlineData("not (City eq 'Seattle') or City eq 'Seattle'", true)]
    [InlineData("geo.intersects(Location, geography'POLYGON((-123 47, -122 47, -122 48, -123 48, -123 47))')", true)]
    [InlineData("geo.intersects(Location, geography'SRID=4326;POLYGON((-123 47,-122 47,-122 48,-123 48,-123 47))')", true)]
    [InlineData("geo.intersects(Location, geography'POLYGON((-121 47, -120 47, -120 48, -121 47))')", false)]
    [InlineData("geo.intersects(Location, geography'POLYGON((-123 47,-122 47,-122 48,-123 48,-123 47),(-122.5 47.2,-122.1 47.2,-122.1 47.8,-122.5 47.8,-122.5 47.2))')", false)]
    // On an edge, on a slanted edge, and on a corner.
    [InlineData("geo.intersects(Location, geography'POLYGON((-122.25 47,-122 47,-122 48,-122.25 48,-122.25 47))')", true)]
    [InlineData("geo.intersects(Location, geography'POLYGON((-122.5 47.25,-122 47.75,-122 47.25,-122.5 47.25))')", true)]
    [InlineData("geo.intersects(Location, geography'POLYGON((-122.25 47.5,-122 48,-122 47,-122.25 47.5))')", true)]
    public void A_filter_follows_the_odata_specification(string filter, bool expected) =>
        Assert.Equal(expected, FilterParser.Parse(filter).Condition.IsMet(Sale, Now));

    [Theory]
    [InlineData("")]
    [InlineData("CloseDat ge 2026-11-20")]
    [InlineData("CloseDate GE 2026-11-20")]
    [InlineData("CloseDate ge '2026-11-20'")]
    [InlineData("CloseDate ge 2026-13-20")]
    [InlineData("ModificationTimestamp ge 2026-11-20T14:00:00")]
    [InlineData("ModificationTimestamp ge 2026-11-20")]
    [InlineData("City eq Seattle")]
    [InlineData("City eq 'Seattle")]
    // "not" has a higher precedence than "eq": this is (not City) eq 'Portland'.
    [InlineData("not City eq 'Portland'")]
    [InlineData("InternetEntireListingDisplayYN")]
    [InlineData("BedroomsTotal add 1 eq 4")]
    [InlineData("startswith(City, 'S')")]
    [InlineData("Location eq geography'POINT(-122 47)'")]
    [InlineData("City in ('Seattle', null, 3)")]
    [InlineData("geo.intersects(Location, geography'POLYGON EMPTY')")]
    [InlineData("geo.intersects(Location, geography'SRID=3857;POLYGON((-123 47,-122 47,-122 48,-123 47))')")]
    [InlineData("geo.intersects(Location, geography'POLYGON((-190 47,-2 47,-2 48,-190 47))')")]
    [InlineData("City eq 'Seattle' and")]
    [InlineData("(City eq 'Seattle'")]
    [InlineData("City eq 'Seattle')")]
    [InlineData("City like 'S'")]
    [InlineData("City in ()")]
    [InlineData("City in ('a',)")]
    [InlineData("BedroomsTotal in ('3')")]
    [InlineData("contains(BedroomsTotal, '3')")]
    [InlineData("Location eq 'x'")]
    [InlineData("geo.distance(Location, geography'POINT(0 0)') lt 5")]
    [InlineData("geo.intersects(City, geography'POLYGON((-1 47,-2 47,-2 48,-1 47))')")]
    [InlineData("geo.intersects(Location, geography'POLYGON((-1 47,-2 47,-2 48,-1 48))')")]
    [InlineData("geo.intersects(Location, geography'POLYGON((-1 47,-2 47,-1 47))')")]
    [InlineData("geo.intersects(Location, geography'POLYGON((-1 97,-2 47,-2 48,-1 97))')")]
    [InlineData("geo.intersects(Location, geography'POINT(-1 47)')")]
    [InlineData("geo.intersects(Location, geography'POLYGON()')")]
    [InlineData("geo.intersects(Location, geography'POLYGON')")]
    [InlineData("geo.intersects(Location, 'POLYGON((-1 47,-2 47,-2 48,-1 47))')")]
    [InlineData("City eq 'Seattle' & 1")]
    public void A_filter_that_is_none_is_refused(string filter) =>
        Assert.Throws<FilterException>(() => FilterParser.Parse(filter));

    [Fact]
    public void Parentheses_nested_too_deep_are_refused() =>
        Assert.Throws<FilterException>(() => FilterParser.Parse(new string('(', 4000) + "City eq 'a'" + new string(')', 4000)));

    [Theory]
    [InlineData("CloseDate ge 2026-11-13 and CloseDate le 2026-11-20", "2026-11-13", "2026-11-20")]
    [InlineData("CloseDate eq 2026-11-13 and City eq 'Kent'", "2026-11-13", "2026-11-13")]
    [InlineData("(CloseDate ge 2026-11-13 or CloseDate ge 2026-10-06 and ListingId ne null) and CloseDate lt 2026-11-20", "2026-10-06", "2026-11-20")]
    [InlineData("CloseDate ge 2026-11-13 or City eq 'Kent'", "0001-01-01", "9999-12-31")]
    [InlineData("not (CloseDate ge 2026-11-13)", "0001-01-01", "9999-12-31")]
    public void Only_days_that_can_match_are_read(string filter, string from, string to)
    {
        var days = FilterParser.Parse(filter).Condition.Days;
        Assert.Equal((from, to), ($"{days.From:yyyy-MM-dd}", $"{days.To:yyyy-MM-dd}"));
    }
}
