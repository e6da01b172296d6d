using System.Buffers.Binary;
using System.Buffers.Text;

namespace TwoStory.Core;

/// <summary>Selects one page of a list.</summary>
/// <param name="Limit">The maximum number of rows, 1–100.</param>
/// <param name="After">The end of the previous page; null for the first page.</param>
public sealed record PageRequest(int Limit, Cursor? After)
{
    public const int DefaultLimit = 20;
    public const int MaxLimit = 100;

    /// <exception cref="ValidationException">The limit is out of range, or the cursor is malformed.</exception>
    public static PageRequest Parse(int? limit, string? after)
    {
        if (limit is < 1 or > MaxLimit) throw new ValidationException("limit", $"must be 1 to {MaxLimit}.");
        return new PageRequest(limit ?? DefaultLimit, after is null ? null : Cursor.Parse(after));
    }
}

/// <summary>One page of a list.</summary>
/// <param name="Next">The cursor of the next page; null on the last page.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

public static class Page
{
    /// <param name="rows">The rows of the page, and one more if the list goes on.</param>
    /// <param name="limit">The page size.</param>
    /// <param name="cursor">Returns the position of a row.</param>
    public static Page<T> Create<T>(IReadOnlyList<T> rows, int limit, Func<T, Cursor> cursor) =>
        rows.Count > limit ? new Page<T>([.. rows.Take(limit)], cursor(rows[limit - 1]).ToString()) : new Page<T>(rows, null);
}

/// <summary>A position in a list sorted newest first: after this row. It stays valid when rows are added or deleted.</summary>
/// <param name="CreatedAt">UTC, in microseconds.</param>
public sealed record Cursor(DateTime CreatedAt, Guid Id)
{
    const int Bytes = 24;

    /// <returns>An opaque text that a client sends back.</returns>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, CreatedAt.Ticks);
        Id.TryWriteBytes(bytes[8..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <exception cref="ValidationException">The text was not made by <see cref="ToString"/>.</exception>
    public static Cursor Parse(string text)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        if (text.Length != 32 || !Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, bytes, out var written) || written != Bytes) throw Wrong();
        var ticks = BinaryPrimitives.ReadInt64BigEndian(bytes);
        if (ticks < DateTime.UnixEpoch.Ticks || ticks > DateTime.MaxValue.Ticks) throw Wrong();
        return new Cursor(new DateTime(ticks, DateTimeKind.Utc), new Guid(bytes[8..]));
    }

    static ValidationException Wrong() => new("after", "is not a cursor of this list; use the value of next.");
}
