using TwoStory.Simulators.World;

namespace TwoStory.Simulators.Spark;

/// <summary>Reads the sides of comparisons: fields, literals, tolower.</summary>
static class FilterTerms
{
    public static FilterTerm Read(FilterCursor at)
    {
        var token = at.Current;
        if (token.Kind == FilterTokenKind.Literal)
        {
            at.Advance();
            return FilterTerm.From(token.Value);
        }

        if (token.Kind != FilterTokenKind.Word)
        {
            throw at.Unexpected();
        }

        at.Advance();
        if (token.Text != "tolower")
        {
            return FilterTerm.From(PropertyFields.ByName.GetValueOrDefault(token.Text)
                ?? throw new FilterException($"unknown field '{token.Text}' at {token.Position}"));
        }

        at.Expect(FilterTokenKind.Open);
        var inner = Read(at);
        at.Expect(FilterTokenKind.Close);
        RequireComparable(inner.Type, FilterType.Text);
        return inner.Lowered();
    }

    public static void RequireComparable(FilterType left, FilterType right)
    {
        if ((left != right && left != FilterType.Null && right != FilterType.Null) || left == FilterType.Place || right == FilterType.Place)
        {
            throw new FilterException($"a {left} cannot be compared with a {right}");
        }
    }
}

/// <summary>One side of a comparison.</summary>
/// <param name="Type">What it can be compared with.</param>
/// <param name="Read">Its value for a sale.</param>
/// <param name="Field">The field it is, when it is just that.</param>
/// <param name="Constant">The literal it is, when it is just that.</param>
sealed record FilterTerm(
    FilterType Type,
    Func<ClosedSale, DateTimeOffset, FilterValue> Read,
    PropertyField? Field = null,
    FilterValue? Constant = null)
{
    public static FilterTerm From(PropertyField field) => new(field.Type, field.Read, Field: field);

    public static FilterTerm From(FilterValue literal) => new(literal.Type, (_, _) => literal, Constant: literal);

    public FilterTerm Lowered() => new(FilterType.Text, (sale, now) => FilterValue.From(Read(sale, now).Text?.ToLowerInvariant()));
}

/// <summary>The types a $filter knows.</summary>
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

/// <summary>A literal or a field's value, kept without boxing because a query reads it for every sale.</summary>
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
    public int CompareTo(FilterValue other) => Type switch
    {
        FilterType.Number => Number.CompareTo(other.Number),
        FilterType.Text => string.CompareOrdinal(Text, other.Text),
        _ => Ticks.CompareTo(other.Ticks),
    };
}
