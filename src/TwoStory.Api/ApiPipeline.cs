using TwoStory.Api.Http;

namespace TwoStory.Api;

/// <summary>
/// Runs a request through the same ASP.NET Core pipeline in every head: Kestrel hands it what comes under /api,
/// a head that has matched a function of its own calls <see cref="Run"/>.
/// </summary>
public sealed class ApiPipeline
{
    readonly RequestDelegate pipeline;

    public ApiPipeline(IServiceProvider services)
    {
        var app = new ApplicationBuilder(services);
        app.Use(ResponseHeaders.Add);
        app.UseExceptionHandler();
        app.UseStatusCodePages(StatusProblems.WriteAsync);
        app.UseMiddleware<BodyLimit>();
        app.UseRouting();
        app.UseCors();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseEndpoints(endpoints => endpoints.MapTwoStoryApi());
        pipeline = app.Build();
    }

    /// <returns>A result that writes nothing more: the pipeline has written the answer.</returns>
    public async Task<IResult> Run(HttpRequest request)
    {
        await InvokeAsync(request.HttpContext);
        return Results.Empty;
    }

    internal Task InvokeAsync(HttpContext context)
    {
        // The head may have matched an endpoint of its own; ours is matched afresh.
        context.SetEndpoint(null);
        context.Request.RouteValues.Clear();
        return pipeline(context);
    }
}
