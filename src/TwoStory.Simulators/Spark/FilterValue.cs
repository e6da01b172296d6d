using TwoStory.Simulators.World;

namespace TwoStory.Simulators.Spark;

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
