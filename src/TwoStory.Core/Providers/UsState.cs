namespace TwoStory.Core.Providers;

/// <summary>The codes of states and territories.</summary>
static class UsState
{
    static readonly Dictionary<string, string> Codes =
        """
        al alabama; ak alaska; az arizona; ar arkansas; ca california; co colorado; ct connecticut; de delaware; dc district of columbia; fl florida
        ga georgia; hi hawaii; id idaho; il illinois; in indiana; ia iowa; ks kansas; ky kentucky; la louisiana; me maine; md maryland
        ma massachusetts; mi michigan; mn minnesota; ms mississippi; mo missouri; mt montana; ne nebraska; nv nevada; nh new hampshire
        nj new jersey; nm new mexico; ny new york; nc north carolina; nd north dakota; oh ohio; ok oklahoma; or oregon; pa pennsylvania
        pr puerto rico; ri rhode island; sc south carolina; sd south dakota; tn tennessee; tx texas; ut utah; vt vermont; va virginia; wa washington
        wv west virginia; wi wisconsin; wy wyoming; gu guam; as american samoa; mp northern mariana islands; vi u s virgin islands
        vi virgin islands
        """
        .Split([';', '\n'], StringSplitOptions.TrimEntries)
        .ToDictionary(entry => entry[3..], entry => entry[..2], StringComparer.Ordinal);

    /// <returns>Two lowercase letters where the state is known, else the folded text; null for none.</returns>
    public static string? Code(string? state)
    {
        var folded = AddressText.Fold(state).Replace(".", "", StringComparison.Ordinal).Trim();
        if (folded.StartsWith("us-", StringComparison.Ordinal)) folded = folded[3..];
        return folded.Length == 0 ? null : Codes.GetValueOrDefault(folded, folded);
    }
}
