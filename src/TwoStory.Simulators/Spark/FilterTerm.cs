using TwoStory.Simulators.World;

namespace TwoStory.Simulators.Spark;

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
