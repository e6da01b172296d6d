using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace TwoStory.Simulators.Spark;

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
            : throw new FilterException("the $skiptoken is not one of ours");
    }

    public override string ToString() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(
        Key is not null ? $"k:{Key}" : string.Create(CultureInfo.InvariantCulture, $"o:{Offset}")));
}
