using System.Globalization;

namespace TwoStory.Simulators.Spark;

/// <summary>The query options of a request for Property, read and checked.</summary>
/// <param name="Filter">Null is everything.</param>
/// <param name="PageSize">$top, at most the page size of the token.</param>
/// <param name="Skip">$skip.</param>
/// <param name="After">The position in the $skiptoken.</param>
/// <param name="Count">Whether @odata.count is wanted.</param>
/// <param name="OrderBy">Null is by ListingKey.</param>
/// <param name="Descending">The direction of <paramref name="OrderBy"/>.</param>
/// <param name="Select">Null is every field.</param>
/// <param name="Media">Whether $expand names Media.</param>
sealed record SparkQuery(
    ParsedFilter? Filter,
    int PageSize,
    int Skip,
    SkipToken After,
    bool Count,
    PropertyField? OrderBy,
    bool Descending,
    IReadOnlySet<string>? Select,
    bool Media)
{
    const int DefaultPageSize = 10;

    public static int LargestPage(SparkRole role) => role == SparkRole.Replication ? 1000 : 25;

    /// <exception cref="FilterException">An option is not valid.</exception>
    public static SparkQuery Parse(IQueryCollection query, SparkRole role)
    {
        var filter = query["$filter"].ToString();
        var (orderBy, descending) = Order(query["$orderby"].ToString());
        return new(
            filter.Length == 0 ? null : FilterParser.Parse(filter),
            Math.Min(Number(query, "$top", DefaultPageSize), LargestPage(role)),
            Number(query, "$skip", 0),
            SkipToken.Parse(query["$skiptoken"].ToString()),
            Flag(query, "$count"),
            orderBy,
            descending,
            Fields(query["$select"].ToString()),
            Expand(query["$expand"].ToString()));
    }

    static int Number(IQueryCollection query, string name, int otherwise)
    {
        var text = query[name].ToString();
        return text.Length == 0 ? otherwise
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : throw new FilterException($"{name} must be a whole number of 0 or more, not '{text}'");
    }

    static bool Flag(IQueryCollection query, string name) => query[name].ToString() switch
    {
        "true" => true,
        "" or "false" => false,
        var other => throw new FilterException($"{name} must be true or false, not '{other}'"),
    };

    static (PropertyField? Field, bool Descending) Order(string text)
    {
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return parts switch
        {
            [] => (null, false),
            [var field] => (Known(field), false),
            [var field, "asc"] => (Known(field), false),
            [var field, "desc"] => (Known(field), true),
            _ => throw new FilterException($"$orderby is not valid: '{text}'"),
        };
    }

    static HashSet<string>? Fields(string text) => text.Length == 0
        ? null
        : text.Split(',', StringSplitOptions.TrimEntries).Select(name => Known(name).Name).ToHashSet();

    static bool Expand(string text) => text.Length != 0
        && (text.StartsWith("Media", StringComparison.Ordinal) ? true : throw new FilterException($"$expand does not know '{text}'"));

    static PropertyField Known(string name) => PropertyFields.ByName.TryGetValue(name, out var field) && field.Listed
        ? field
        : throw new FilterException($"unknown field '{name}'");
}
