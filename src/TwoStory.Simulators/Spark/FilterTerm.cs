using System.Globalization;
using Microsoft.OData.Edm;
using Microsoft.OData.UriParser;
using Microsoft.Spatial;
using TwoStory.Simulators.World;

namespace TwoStory.Simulators.Spark;

/// <summary>One side of a comparison.</summary>
/// <param name="Type">The type it can be compared with.</param>
/// <param name="Read">Reads its value for a sale.</param>
/// <param name="Field">The field, if it reads one.</param>
/// <param name="Constant">The literal, if it is one.</param>
/// <param name="IsLowered">Whether it is tolower of the field or literal.</param>
sealed record FilterTerm(
    FilterType Type,
    Func<ClosedSale, DateTimeOffset, FilterValue> Read,
    PropertyField? Field = null,
    FilterValue? Constant = null,
    bool IsLowered = false)
{
    public static FilterTerm From(QueryNode node) => node switch
    {
        ConvertNode convert => From(convert.Source),
        SingleValuePropertyAccessNode access when PropertyFields.ByName[access.Property.Name] is var field => new(field.Type, field.Read, Field: field),
        SingleValueFunctionCallNode { Name: "tolower" } call => From(call.Parameters.Single()).Lowered(),
        ConstantNode literal when Value(literal) is var value => new(value.Type, (_, _) => value, Constant: value),
        _ => throw new FilterException($"{node.Kind} is not supported."),
    };

    FilterTerm Lowered() => this with { Read = (sale, now) => FilterValue.From(Read(sale, now).Text?.ToLowerInvariant()), Constant = null, IsLowered = true };

    static FilterValue Value(ConstantNode literal) => literal.Value switch
    {
        null => FilterValue.Null,
        string text => FilterValue.From(text),
        bool truth => FilterValue.From(truth),
        _ when literal.TypeReference.IsDate() => FilterValue.From(DateOnly.ParseExact(literal.LiteralText, "yyyy-MM-dd", CultureInfo.InvariantCulture)),
        // The library converts a date to its midnight; Spark requires a time and a zone.
        DateTimeOffset instant when literal.LiteralText.Contains('T') => FilterValue.From(instant),
        GeographyPolygon => new(FilterType.Place, 0, 0, null),
        int or long or float or double or decimal => FilterValue.From(Convert.ToDouble(literal.Value, CultureInfo.InvariantCulture)),
        _ => throw new FilterException($"The literal {literal.LiteralText} is not supported here."),
    };
}

/// <summary>The types of values in a $filter.</summary>
enum FilterType
{
    Null,
    Number,
    Text,
    Date,
    Instant,
    Truth,
    Place,
}

/// <summary>A literal or a field's value, stored without boxing because a query reads it for every sale.</summary>
readonly record struct FilterValue(FilterType Type, double Number, long Ticks, string? Text)
{
    public static readonly FilterValue Null = new(FilterType.Null, 0, 0, null);

    public static FilterValue From(double number) => new(FilterType.Number, number, 0, null);

    public static FilterValue From(string? text) => text is null ? Null : new(FilterType.Text, 0, 0, text);

    public static FilterValue From(DateOnly date) => new(FilterType.Date, 0, date.DayNumber, null);

    public static FilterValue From(DateTimeOffset instant) => new(FilterType.Instant, 0, instant.UtcTicks, null);

    public static FilterValue From(bool truth) => new(FilterType.Truth, 0, truth ? 1 : 0, null);

    public static FilterValue From(WorldPoint point) => new(FilterType.Place, 0, 0, point.ToString());

    public bool IsNull => Type == FilterType.Null;

    /// <summary>Negative, zero or positive; both of one type and not null.</summary>
    public int Compare(FilterValue other) => Type switch
    {
        FilterType.Number => Number.CompareTo(other.Number),
        FilterType.Text => string.CompareOrdinal(Text, other.Text),
        _ => Ticks.CompareTo(other.Ticks),
    };
}
