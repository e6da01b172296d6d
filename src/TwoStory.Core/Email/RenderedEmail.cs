using System.Globalization;
using System.Net;

namespace TwoStory.Core.Email;

/// <summary>An e-mail ready to be sent, with its content as HTML and as text.</summary>
public sealed record RenderedEmail(string Template, string Subject, string Html, string Text)
{
    /// <summary>True if the e-mail contains a link with a secret token.</summary>
    public bool CarriesSecret { get; init; }

    /// <summary>Puts content into the layout that all e-mails share.</summary>
    internal static RenderedEmail Create(string template, string subject, string html, string text, string footer) => new(
        template, subject,
        $$"""
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{Escape(subject)}}</title></head>
        <body style="margin:0;background:#f4f4f2;font:15px/1.5 system-ui,sans-serif;color:#222">
        <div style="max-width:640px;margin:0 auto;padding:24px;background:#fff">
        {{html}}
        <p style="margin-top:32px;border-top:1px solid #ddd;padding-top:12px;font-size:12px;color:#666">{{Escape(footer)}}</p>
        </div></body></html>
        """,
        $"{text}\n--\n{footer}\n");

    internal static string Escape(string? text) => WebUtility.HtmlEncode(text ?? "");
}

/// <summary>Formats numbers and dates for American readers, independent of the culture of the machine.</summary>
public static class EmailFormat
{
    static readonly CultureInfo American = CultureInfo.GetCultureInfo("en-US");

    public static string Money(decimal? dollars) => dollars is { } known ? known.ToString("$#,##0", CultureInfo.InvariantCulture) : "price not disclosed";

    public static string Date(DateOnly date) => date.ToString("MMMM d, yyyy", American);

    public static string Miles(double miles) =>
        miles < 0.05 ? "at this address or next door" : $"{miles.ToString("0.0#", CultureInfo.InvariantCulture)} mi away";

    public static string Percent(decimal percent) => $"{(percent > 0 ? "+" : "")}{percent.ToString("0.0", CultureInfo.InvariantCulture)} %";

    public static string Count(int number, string one, string many) => $"{number.ToString("#,##0", CultureInfo.InvariantCulture)} {(number == 1 ? one : many)}";
}
