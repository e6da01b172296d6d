using System.Buffers.Binary;
using System.Buffers.Text;

namespace TwoStory.Core;

/// <summary>A place in a list that is sorted newest first: after this row. It stays right while rows come and go.</summary>
/// <param name="CreatedAt">UTC, in microseconds.</param>
public sealed record Cursor(DateTime CreatedAt, Guid Id)
{
    const int Bytes = 24;

    /// <returns>An opaque text for the caller to hand back.</returns>
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
