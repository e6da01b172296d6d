using System.Buffers.Text;
using System.Globalization;
using System.Text;
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
            if (condition is null || condition.IsMet(sale, now))
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
            var order = left.IsNull || right.IsNull ? right.IsNull.CompareTo(left.IsNull) : left.Compare(right);
            order = query.Descending ? -order : order;
            return order != 0 ? order : string.CompareOrdinal(one.ListingKey, other.ListingKey);
        });
    }
}

/// <summary>The absolute links of an OData answer, on the host that was called.</summary>
static class SparkLinks
{
    public const string Root = "/simulators/spark/Version/3/Reso/OData";

    public static string Context(HttpRequest request) => $"{Host(request)}{Root}/$metadata#Property";

    public static string Next(HttpRequest request, string token) => $"{Host(request)}{Root}/Property{Query(request, token)}";

    /// <summary>To the same page again.</summary>
    public static string Same(HttpRequest request) => Next(request, request.Query["$skiptoken"].ToString());

    /// <summary>To a foreign host, which must not receive a token. Nothing listens on port 9 of 127.0.0.2.</summary>
    public static string Foreign(HttpRequest request) => $"http://127.0.0.2:9{Root}/Property{Query(request, "foreign")}";

    static string Host(HttpRequest request) => $"{request.Scheme}://{request.Host}{request.PathBase}";

    /// <summary>The other options stay as they came; $skip applies to the first page only.</summary>
    static string Query(HttpRequest request, string token)
    {
        var kept = request.QueryString.Value?.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Where(option => Uri.UnescapeDataString(option.Split('=')[0]) is not "$skiptoken" and not "$skip") ?? [];
        return $"?{string.Join('&', kept.Append($"$skiptoken={token}"))}";
    }
}

/// <summary>Where a page begins: after a ListingKey, or for another order after so many rows. Opaque on the wire.</summary>
readonly record struct SkipToken(string? Key, int Offset)
{
    public static SkipToken Parse(string text)
    {
        if (text.Length == 0)
        {
            return default;
        }

        var plain = Base64Url.IsValid(text) ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)) : "";
        return plain.StartsWith("k:", StringComparison.Ordinal) ? new(plain[2..], 0)
            : plain.StartsWith("o:", StringComparison.Ordinal)
                && int.TryParse(plain[2..], NumberStyles.None, CultureInfo.InvariantCulture, out var offset) ? new(null, offset)
            : throw new FilterException("the $skiptoken was not issued by this server");
    }

    public override string ToString() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(
        Key is not null ? $"k:{Key}" : string.Create(CultureInfo.InvariantCulture, $"o:{Offset}")));
}
