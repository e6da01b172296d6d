using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using TwoStory.Simulators.Control;

namespace TwoStory.Simulators.Mail;

/// <summary>The mailbox as pages and as JSON.</summary>
sealed class MailboxEndpoints(Mailbox mailbox)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/mailbox", context => MailboxPages.List(mailbox.All()).SendAsync(context));
        routes.MapGet("/mailbox/{id:guid}", context =>
        {
            var mail = mailbox.Find(Guid.Parse(context.Request.RouteValues["id"]!.ToString()!));
            return (mail is null ? MailboxPages.Missing() : MailboxPages.One(mail)).SendAsync(context);
        });
        routes.MapGet("/mailbox.json", (string? to) => Results.Json(
            mailbox.All().Where(mail => to is null || mail.To.Any(address => address.Contains(to, StringComparison.OrdinalIgnoreCase))), Mail.Json));
    }
}

/// <summary>The mailbox as web pages. The HTML of a mail is untrusted: it is shown in a sandbox without scripts.</summary>
static class MailboxPages
{
    const string Policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data: https:; frame-src 'self'";

    const string Style = """
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1c2733; }
        table { width: 100%; border-collapse: collapse; } td, th { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid #dde3e9; }
        a { color: #0b5cad; } iframe { width: 100%; height: 36rem; border: 1px solid #dde3e9; background: #fff; }
        pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #f5f7f9; padding: 1rem; } time { white-space: nowrap; }
        """;

    public static Reply List(IReadOnlyList<Mail> mails)
    {
        var rows = new StringBuilder();
        foreach (var mail in mails)
        {
            rows.Append(CultureInfo.InvariantCulture,
                $"<tr><td>{Plain(string.Join(", ", mail.To))}</td><td><a href=\"/mailbox/{mail.Id}\">{Plain(mail.Subject)}</a></td><td>{Time(mail)}</td></tr>\n");
        }

        var table = mails.Count == 0
            ? "<p>No mail yet.</p>"
            : $"<table><thead><tr><th>To</th><th>Subject</th><th>Received (UTC)</th></tr></thead><tbody>\n{rows}</tbody></table>";
        return Page("Mailbox", $"<h1>Mailbox</h1>\n<p>{mails.Count} mails, newest first. Nothing here leaves this machine.</p>\n{table}");
    }

    public static Reply One(Mail mail) => Page(mail.Subject, $"""
        <p><a href="/mailbox">All mail</a></p>
        <h1>{Plain(mail.Subject)}</h1>
        <p>From {Plain(mail.From)}<br>To {Plain(string.Join(", ", mail.To))}<br>{Time(mail)}</p>
        {(mail.Html is null ? "" : Frame(mail))}
        <h2>Text</h2>
        <pre>{Plain(mail.Text ?? "This mail has no text part.")}</pre>
        """);

    public static Reply Missing() => Page("No such mail", "<h1>No such mail</h1><p><a href=\"/mailbox\">All mail</a></p>") with { Status = 404 };

    /// <summary>Links open beside the mailbox, not in the frame.</summary>
    static string Frame(Mail mail) =>
        $"<iframe title=\"The mail\" sandbox=\"allow-popups allow-popups-to-escape-sandbox\" srcdoc=\"{Plain("<base target=\"_blank\">" + mail.Html)}\"></iframe>";

    static Reply Page(string title, string body) => Reply.Html(200, $"""
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><title>{Plain(title)}</title><style>{Style}</style></head>
        <body>
        {body}
        </body></html>
        """).With("Content-Security-Policy", Policy).With("X-Content-Type-Options", "nosniff").With("Referrer-Policy", "no-referrer");

    static string Time(Mail mail) => $"<time>{mail.ReceivedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)}</time>";

    static string Plain(string text) => HtmlEncoder.Default.Encode(text);
}
