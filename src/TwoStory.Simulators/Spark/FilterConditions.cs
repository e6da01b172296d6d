using Microsoft.OData.UriParser;
using TwoStory.Simulators.World;

namespace TwoStory.Simulators.Spark;

/// <summary>A condition of a $filter.</summary>
abstract record FilterCondition
{
    public abstract bool IsMet(ClosedSale sale, DateTimeOffset now);

    /// <summary>The close dates for which it can be true.</summary>
    public virtual DayRange Days => DayRange.All;

    /// <summary>Relative cost of an evaluation; cheap conditions are evaluated first.</summary>
    public virtual int Cost => 1;
}

/// <summary>eq ne gt ge lt le. A comparison with null is false, except for eq and ne.</summary>
sealed record Comparison(FilterTerm Left, BinaryOperatorKind Operator, FilterTerm Right) : FilterCondition
{
    public override bool IsMet(ClosedSale sale, DateTimeOffset now)
    {
        var (left, right) = (Left.Read(sale, now), Right.Read(sale, now));
        if (left.IsNull || right.IsNull)
        {
            return Operator == BinaryOperatorKind.Equal ? left.IsNull && right.IsNull : Operator == BinaryOperatorKind.NotEqual && left.IsNull != right.IsNull;
        }

        var order = left.Compare(right);
        return Operator switch
        {
            BinaryOperatorKind.Equal => order == 0,
            BinaryOperatorKind.NotEqual => order != 0,
            BinaryOperatorKind.GreaterThan => order > 0,
            BinaryOperatorKind.GreaterThanOrEqual => order >= 0,
            BinaryOperatorKind.LessThan => order < 0,
            _ => order <= 0,
        };
    }

    public override DayRange Days
    {
        get
        {
            if (Left.Field?.Name != PropertyFields.CloseDate || Right.Constant is not { Type: FilterType.Date } literal)
            {
                return DayRange.All;
            }

            var day = DateOnly.FromDayNumber((int)literal.Ticks);
            return Operator switch
            {
                BinaryOperatorKind.Equal => new(day, day),
                BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual => new(day, DateOnly.MaxValue),
                BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual => new(DateOnly.MinValue, day),
                _ => DayRange.All,
            };
        }
    }
}

/// <summary>in ('a', 'b').</summary>
sealed record OneOf(FilterTerm Term, IReadOnlySet<FilterValue> Values) : FilterCondition
{
    public override bool IsMet(ClosedSale sale, DateTimeOffset now) => Values.Contains(Term.Read(sale, now));
}

/// <summary>contains(text, part).</summary>
sealed record Contains(FilterTerm Text, FilterTerm Part) : FilterCondition
{
    public override bool IsMet(ClosedSale sale, DateTimeOffset now) =>
        Text.Read(sale, now).Text is { } text && Part.Read(sale, now).Text is { } part && text.Contains(part, StringComparison.Ordinal);

    public override int Cost => 2;
}

/// <summary>geo.intersects(Location, geography'…').</summary>
sealed record Within(GeoPolygon Polygon) : FilterCondition
{
    public override bool IsMet(ClosedSale sale, DateTimeOffset now) => Polygon.Covers(sale.Home.Point);

    public override int Cost => 10;
}

sealed record Not(FilterCondition Condition) : FilterCondition
{
    public override bool IsMet(ClosedSale sale, DateTimeOffset now) => !Condition.IsMet(sale, now);

    public override int Cost => Condition.Cost;
}

sealed record And : FilterCondition
{
    readonly FilterCondition[] conditions;

    public And(IEnumerable<FilterCondition> all) =>
        conditions = [.. all.SelectMany(condition => condition is And and ? and.Conditions : [condition]).OrderBy(condition => condition.Cost)];

    public IReadOnlyList<FilterCondition> Conditions => conditions;

    public override bool IsMet(ClosedSale sale, DateTimeOffset now)
    {
        foreach (var condition in conditions)
        {
            if (!condition.IsMet(sale, now))
            {
                return false;
            }
        }

        return true;
    }

    public override DayRange Days => conditions.Aggregate(DayRange.All, (days, condition) => days.Both(condition.Days));

    public override int Cost => conditions.Sum(condition => condition.Cost);
}

sealed record Or : FilterCondition
{
    readonly FilterCondition[] conditions;

    public Or(IEnumerable<FilterCondition> all) =>
        conditions = [.. all.SelectMany(condition => condition is Or or ? or.conditions : [condition]).OrderBy(condition => condition.Cost)];

    public override bool IsMet(ClosedSale sale, DateTimeOffset now)
    {
        foreach (var condition in conditions)
        {
            if (condition.IsMet(sale, now))
            {
                return true;
            }
        }

        return false;
    }

    public override DayRange Days => conditions.Aggregate(DayRange.None, (days, condition) => days.Either(condition.Days));

    public override int Cost => conditions.Sum(condition => condition.Cost);
}

/// <summary>A range of close dates; sales outside it need not be evaluated.</summary>
readonly record struct DayRange(DateOnly From, DateOnly To)
{
    public static readonly DayRange All = new(DateOnly.MinValue, DateOnly.MaxValue);

    public static readonly DayRange None = new(DateOnly.MaxValue, DateOnly.MinValue);

    public bool IsEmpty => From > To;

    public DayRange Both(DayRange other) => new(From > other.From ? From : other.From, To < other.To ? To : other.To);

    public DayRange Either(DayRange other) => IsEmpty ? other
        : other.IsEmpty ? this
        : new(From < other.From ? From : other.From, To > other.To ? To : other.To);
}
