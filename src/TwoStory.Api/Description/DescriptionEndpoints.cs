using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace TwoStory.Api.Description;

static class DescriptionEndpoints
{
    public static void MapDescription(this IEndpointRouteBuilder api)
    {
        var open = api.MapGroup("").AllowAnonymous().ExcludeFromDescription();
        open.MapGet("openapi.json", OpenApi).WithName("OpenApi");
        open.MapGet("docs", Docs).WithName("Docs");
    }

    static async Task<IResult> OpenApi([FromKeyedServices(OpenApiSetup.Document)] IOpenApiDocumentProvider provider, CancellationToken cancel)
    {
        var document = await provider.GetOpenApiDocumentAsync(cancel);
        return Results.Text(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, cancel), "application/json");
    }

    static async Task<IResult> Docs([FromKeyedServices(OpenApiSetup.Document)] IOpenApiDocumentProvider provider, HttpContext context, CancellationToken cancel)
    {
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
        return Results.Text(DocsPage.Of(await provider.GetOpenApiDocumentAsync(cancel)), "text/html; charset=utf-8");
    }
}
