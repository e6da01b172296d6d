using Microsoft.Extensions.Logging;
using TwoStory.Api.Http;

namespace TwoStory.Api;

/// <summary>
/// Runs a request through the same ASP.NET Core pipeline in every head: Kestrel hands it what comes under /api,
/// a head that has matched a function of its own calls <see cref="Run"/>.
/// </summary>
public sealed class ApiPipeline
{
    readonly RequestDelegate pipeline;
    readonly ILogger logger;

    public ApiPipeline(IServiceProvider services, ILogger<ApiPipeline> logger)
    {
        this.logger = logger;
        var app = new ApplicationBuilder(services);
        app.Use(ResponseHeaders.Add);
        app.UseExceptionHandler();
        app.UseStatusCodePages(StatusProblems.WriteAsync);
        app.UseMiddleware<BodyLimit>();
        app.UseMiddleware<RequestBuffering>();
        app.Use(BodyCharset.Check);
        app.UseRouting();
        app.UseCors();
        app.UseRateLimiter();
        app.UseAuthentication();
        app.Use(LogScope.Enter);
        app.UseAuthorization();
        app.UseEndpoints(endpoints => endpoints.MapTwoStoryApi());
        pipeline = app.Build();
    }

    /// <summary>Never throws: a failure that can no longer be answered, since the answer is under way or nobody reads it, ends the connection.</summary>
    /// <returns>A result that writes nothing more: the pipeline has written the answer.</returns>
    public async Task<IResult> Run(HttpRequest request)
    {
        try
        {
            await InvokeAsync(request.HttpContext);
        }
        catch (Exception failure)
        {
            if (!request.HttpContext.RequestAborted.IsCancellationRequested) logger.LogError(failure, "The answer to {Method} {Path} broke off", request.Method, request.Path);
            request.HttpContext.Abort();
        }
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
