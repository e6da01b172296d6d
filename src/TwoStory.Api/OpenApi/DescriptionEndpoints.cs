namespace TwoStory.Api.OpenApi;

static class DescriptionEndpoints
{
    public static void MapDescription(this IEndpointRouteBuilder api)
    {
        var open = api.MapGroup("").AllowAnonymous().DisableRateLimiting().ExcludeFromDescription();
        open.MapGet("openapi.json", OpenApi).WithName("OpenApi").WithSummary("This description.");
        open.MapGet("docs", Docs).WithName("Docs").WithSummary("The description for people.");
    }

    static async Task<IResult> OpenApi(ApiDescription description, CancellationToken cancel) =>
        Results.Text(await description.JsonAsync(cancel), "application/json");

    static async Task<IResult> Docs(ApiDescription description, HttpContext context, CancellationToken cancel)
    {
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
        return Results.Text(await description.PageAsync(cancel), "text/html; charset=utf-8");
    }
}
