using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using TwoStory.Core.Providers;

namespace TwoStory.Tests.Upstreams;

public sealed class AddressKeyTests
{
    static string? Key(string street, string? unit = null, string? city = "Seattle", string? state = "WA", string? zip = "98101") =>
        AddressKey.From(new Address(street, unit, city, state, zip));

    [Theory]
    [InlineData("123 N Main St", "123 North Main Street")]
    [InlineData("123 N Main St", "  123   n. MAIN  st. ")]
    [InlineData("123 N Main St", "123 N Main Str,")]
    [InlineData("500 Queen Anne Ave N", "500 Queen Anne Avenue North")]
    [InlineData("8 S.W. 5th Blvd", "8 Southwest Fifth Boulevard")]
    [InlineData("8 SW 5th Blvd", "8 South West 5th Boulevard")]
    [InlineData("9 O'Brien Ct", "9 OBrien Court")]
    [InlineData("9 Peña Rd", "9 Pena Road")]
    [InlineData("9 Straße Ln", "9 Strasse Lane")]
    [InlineData("77 St. Mary's Pl", "77 Saint Marys Place")]
    [InlineData("1 Heron–Point Dr", "1 Heron Point Drive")]
    public void Ways_to_write_a_street_have_one_key(string one, string other) => Assert.Equal(Key(one), Key(other));

    [Theory]
    [InlineData("123 Main St", "4B", "123 Main Street #4B", null)]
    [InlineData("123 Main St", "4B", "123 Main St Apt 4-B", null)]
    [InlineData("123 Main St", "4B", "123 Main St, Unit 4 b", "")]
    [InlineData("123 Main St", "Apt. 4B", "123 Main St", "#4b")]
    [InlineData("123 Main St", "Suite 07", "123 Main St Ste 7", null)]
    [InlineData("123 Main St", "bldg 2 apt 4", "123 Main St Building 2 Unit 4", null)]
    public void A_unit_is_the_same_in_its_own_field_and_in_the_street(string street, string? unit, string otherStreet, string? otherUnit) =>
        Assert.Equal(Key(street, unit), Key(otherStreet, otherUnit));

    [Fact]
    public void The_city_counts_only_without_a_ZIP_code()
    {
        Assert.Equal(Key("1 Main St", city: "Seattle", zip: "98101-1234"), Key("1 Main St", city: "Shoreline", zip: "98101"));
        Assert.Equal(Key("1 Main St", city: "Fort Worth", state: "Texas", zip: null), Key("1 Main St", city: "Ft. Worth", state: "tx", zip: ""));
        Assert.NotEqual(Key("1 Main St", city: "Seattle", zip: null), Key("1 Main St", city: "Shoreline", zip: null));
    }

    [Theory]
    [InlineData("123 Main St", null, "124 Main St", null)]
    [InlineData("123 Main St", null, "123 Main Ave", null)]
    [InlineData("123 Main St", null, "123 N Main St", null)]
    [InlineData("123 Main St", null, "123 Main St", "1")]
    [InlineData("123 Main St", "2-4", "123 Main St", "24")]
    [InlineData("45-12 Main St", null, "4512 Main St", null)]
    [InlineData("12 1/2 Main St", null, "12 Main St", null)]
    [InlineData("12 Old Lot Road", null, "12 Old", null)]
    public void Different_homes_have_different_keys(string street, string? unit, string otherStreet, string? otherUnit) =>
        Assert.NotEqual(Key(street, unit), Key(otherStreet, otherUnit));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" .,- ")]
    public void Without_a_street_there_is_no_home(string? street) => Assert.Null(AddressKey.From(new Address(street, null, "Seattle", "WA", "98101")));

    [Fact]
    public void Half_a_character_does_not_break_it() => Assert.NotNull(Key("1 Main\ud800 St", "\udc00", "\ud800", "\ud800", "\ud800"));

    public sealed record Written(Address Address, Address Otherwise, int Number, string Unit);

    static readonly (string Long, string Short)[] Suffixes = [("Street", "St"), ("Avenue", "Ave"), ("Court", "Ct"), ("Boulevard", "Blvd"), ("Lane", "Ln"), ("Terrace", "Ter")];
    static readonly (string Long, string Short)[] Directions = [("North", "N"), ("South", "S"), ("Northeast", "NE"), ("", "")];

    static readonly Gen<Written> Addresses =
        from number in Gen.Choose(1, 99_999)
        from direction in Gen.Elements(Directions)
        from name in Gen.Elements("Alder Bend", "Cottonwood", "42nd", "Martin Luther King", "Peña")
        from suffix in Gen.Elements(Suffixes)
        from unit in Gen.Elements("", "4", "4B", "12", "PH2")
        from zip in Gen.Choose(10_000, 99_999)
        select new Written(
            new Address($"{number} {direction.Long} {name} {suffix.Long}", unit.Length == 0 ? null : $"Apartment {unit}", "Seattle", "Washington", $"{zip}"),
            new Address($"{number} {direction.Short.ToLowerInvariant()}. {name.ToUpperInvariant()} {suffix.Short}.{(unit.Length == 0 ? "" : $" #{unit.ToLowerInvariant()}")}", null, "SEATTLE", "WA", $"{zip}-0001"),
            number, unit);

    [Property(MaxTest = 300)]
    public Property A_home_has_one_key_in_every_spelling_and_shares_it_with_no_other_home() =>
        Prop.ForAll(Addresses.ToArbitrary(), written =>
        {
            var key = AddressKey.From(written.Address);
            var neighbour = written.Address with { Street = written.Address.Street!.Replace($"{written.Number}", $"{written.Number + 2}", StringComparison.Ordinal) };
            return key == AddressKey.From(written.Otherwise) && key != AddressKey.From(neighbour) && key != AddressKey.From(written.Address with { Unit = written.Unit + "9" });
        });

    [Property(MaxTest = 300)]
    public bool No_text_breaks_it(string? street, string? unit, string? city, string? state, string? zip)
    {
        var key = AddressKey.From(new Address(street, unit, city, state, zip));
        return key is null || key == AddressKey.From(new Address(street?.ToUpperInvariant().ToLowerInvariant() == street ? $" {street} " : street, unit, city, state, zip));
    }
}
