namespace TwoStory.Local.Hosting;

/// <summary>The start page with links, at <c>/</c>.</summary>
static class HomePage
{
    const string Html =
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>TwoStory</title>
        <style>body{font:16px/1.6 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem}li{margin:.3rem 0}code{background:#f0f0ee;padding:0 .3em}</style></head>
        <body><h1>TwoStory</h1><p>The backend runs on this machine.</p><ul>
        <li><a href="/mailbox">Mailbox</a>: every e-mail that was sent (<a href="/mailbox.json">JSON</a>)</li>
        <li><a href="/api/health">Health</a> of the API, whose base is <code>/api</code></li>
        <li><a href="/runtime/webhooks/durabletask/instances">Job runs</a>, as operators see them</li>
        <li><a href="/simulators/calls">Calls</a> to the simulated providers</li>
        <li><a href="/simulators/faults">Faults</a> of the simulated providers (<code>POST</code> adds one)</li>
        </ul></body></html>
        """;

    public static void MapHomePage(this IEndpointRouteBuilder app) =>
        app.MapGet("/", () => Results.Content(Html, "text/html; charset=utf-8")).ExcludeFromDescription();
}
