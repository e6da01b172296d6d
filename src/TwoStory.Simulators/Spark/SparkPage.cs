using TwoStory.Simulators.World;

namespace TwoStory.Simulators.Spark;

/// <summary>The rows that answer a query, and where the next page begins.</summary>
sealed record SparkPage(IReadOnlyList<ClosedSale> Rows, int Total, SkipToken? Next)
{
    public static SparkPage From(SaleBook book, SparkQuery query, DateOnly today, DateTimeOffset now)
    {
        var matches = Matches(book, query, today, now);
        Sort(matches, query, now);
        var start = query.After.Key is { } key
            ? matches.FindIndex(sale => string.CompareOrdinal(sale.ListingKey, key) > 0)
            : query.After.Offset + query.Skip;
        var rows = start < 0 || start >= matches.Count
            ? []
            : matches.GetRange(start, Math.Min(query.PageSize, matches.Count - start));
        var more = rows.Count > 0 && start + rows.Count < matches.Count;
        return new(rows, matches.Count, !more ? null
            : query.OrderBy is null ? new SkipToken(rows[^1].ListingKey, 0)
            : new SkipToken(null, start + rows.Count - query.Skip));
    }

    static List<ClosedSale> Matches(SaleBook book, SparkQuery query, DateOnly today, DateTimeOffset now)
    {
        var condition = query.Filter?.Condition;
        var days = (condition?.Days ?? DayRange.All).Both(new(DateOnly.MinValue, today));
        List<ClosedSale> matches = [];
        foreach (var sale in days.IsEmpty ? default : book.Closed(days.From, days.To).Span)
        {
            if (condition is null || condition.Holds(sale, now))
            {
                matches.Add(sale);
            }
        }

        return matches;
    }

    static void Sort(List<ClosedSale> sales, SparkQuery query, DateTimeOffset now)
    {
        if (query.OrderBy is not { } field)
        {
            sales.Sort((one, other) => string.CompareOrdinal(one.ListingKey, other.ListingKey));
            return;
        }

        sales.Sort((one, other) =>
        {
            var (left, right) = (field.Read(one, now), field.Read(other, now));
            var order = left.IsNull || right.IsNull ? right.IsNull.CompareTo(left.IsNull) : left.CompareTo(right);
            order = query.Descending ? -order : order;
            return order != 0 ? order : string.CompareOrdinal(one.ListingKey, other.ListingKey);
        });
    }
}
