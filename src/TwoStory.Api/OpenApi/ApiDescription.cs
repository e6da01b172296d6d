using System.Net;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace TwoStory.Api.OpenApi;

/// <summary>The OpenAPI document, the same in every host. It is complete after the <see cref="ApiPipeline"/> has mapped the endpoints.</summary>
public sealed class ApiDescription([FromKeyedServices(OpenApiSetup.Document)] IOpenApiDocumentProvider provider)
{
    /// <summary>Returns OpenAPI 3.1.</summary>
    public async Task<string> JsonAsync(CancellationToken cancel) =>
        await (await provider.GetOpenApiDocumentAsync(cancel)).SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, cancel);

    /// <summary>Returns an HTML page.</summary>
    internal async Task<string> PageAsync(CancellationToken cancel) => DocsPage.From(await provider.GetOpenApiDocumentAsync(cancel));
}

static class DescriptionEndpoints
{
    public static void MapDescription(this IEndpointRouteBuilder api)
    {
        var open = api.MapGroup("").AllowAnonymous().DisableRateLimiting().ExcludeFromDescription();
        open.MapGet("openapi.json", OpenApi).WithName("OpenApi");
        open.MapGet("docs", Docs).WithName("Docs");
    }

    static async Task<IResult> OpenApi(ApiDescription description, CancellationToken cancel) =>
        Results.Text(await description.JsonAsync(cancel), "application/json");

    static async Task<IResult> Docs(ApiDescription description, HttpContext context, CancellationToken cancel)
    {
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
        return Results.Text(await description.PageAsync(cancel), "text/html; charset=utf-8");
    }
}

/// <summary>Renders the routes and the problem codes as an HTML page.</summary>
static class DocsPage
{
    const string Head =
        """
        <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>TwoStory API</title>
        <style>body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
        td{padding:.2rem .8rem .2rem 0;vertical-align:top}:target{background:#ffd}</style></head><body>
        <h1>TwoStory API</h1><p>The complete description: <a href="/api/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
        <p>Sign in with <code>POST /api/auth/login</code> and send <code>Authorization: Bearer …</code>.
        Lists accept <code>limit</code> (1–100) and <code>after</code>, and return <code>items</code> and <code>next</code>.</p>
        """;

    public static string From(OpenApiDocument document)
    {
        var groups =
            from path in document.Paths
            from operation in path.Value.Operations ?? []
            group Row($"{operation.Key.Method} {path.Key}", operation.Value.Summary) by operation.Value.Tags?.FirstOrDefault()?.Name ?? "Other";
        var routes = groups.Select(tag => $"<h2>{Text(tag.Key)}</h2><table>{string.Concat(tag)}</table>");
        var problems = ProblemCodes.All.Select(problem =>
            $"<tr id=\"{problem.Code}\"><td><code>{problem.Code}</code></td><td>{problem.Status}</td><td>{Text(problem.Meaning)}</td></tr>");
        return $"{Head}{string.Concat(routes)}<h2>Problems</h2><p>Every failure is <code>application/problem+json</code> with one of these codes.</p>"
            + $"<table>{string.Concat(problems)}</table></body></html>";
    }

    static string Row(string route, string? summary) => $"<tr><td><code>{Text(route)}</code></td><td>{Text(summary)}</td></tr>";

    static string Text(string? text) => WebUtility.HtmlEncode(text ?? "");
}
