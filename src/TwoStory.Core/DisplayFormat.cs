using System.Globalization;

namespace TwoStory.Core;

/// <summary>Formats numbers and dates for American readers, independent of the culture of the machine.</summary>
static class DisplayFormat
{
    static readonly CultureInfo American = CultureInfo.GetCultureInfo("en-US");

    public static string Money(decimal? dollars) => dollars is { } known ? known.ToString("$#,##0", CultureInfo.InvariantCulture) : "price not disclosed";

    public static string Date(DateOnly date) => date.ToString("MMMM d, yyyy", American);

    public static string Miles(double miles) => miles < 0.05 ? "at this address or next door" : $"{miles.ToString("0.0#", CultureInfo.InvariantCulture)} mi away";

    public static string Percent(decimal percent) => $"{(percent > 0 ? "+" : "")}{percent.ToString("0.0", CultureInfo.InvariantCulture)} %";

    public static string Count(int number, string one, string many) => $"{number.ToString("#,##0", CultureInfo.InvariantCulture)} {(number == 1 ? one : many)}";
}
