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
