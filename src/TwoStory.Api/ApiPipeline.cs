using Microsoft.Extensions.Logging;
using TwoStory.Api.Accounts;
using TwoStory.Api.Http;

namespace TwoStory.Api;

/// <summary>
/// Runs a request through the same ASP.NET Core pipeline in every host: Kestrel passes requests under /api, and each Azure function
/// calls <see cref="Run"/>.
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
        app.Use(SessionCheck.Run);
        app.UseEndpoints(endpoints => endpoints.MapTwoStoryApi());
        pipeline = app.Build();
    }

    /// <summary>Never throws. An exception after the response has started, or after the client has disconnected, ends the connection.</summary>
    /// <returns>A result that writes nothing, because the pipeline has written the response.</returns>
    public async Task<IResult> Run(HttpRequest request)
    {
        try
        {
            await InvokeAsync(request.HttpContext);
        }
        catch (Exception failure)
        {
            if (!request.HttpContext.RequestAborted.IsCancellationRequested)
            {
                logger.LogError(failure, "The response to {Method} {Path} was interrupted", request.Method, request.Path);
            }
            request.HttpContext.Abort();
        }
        return Results.Empty;
    }

    internal Task InvokeAsync(HttpContext context)
    {
        // The host may have matched an endpoint of its own.
        context.SetEndpoint(null);
        context.Request.RouteValues.Clear();
        return pipeline(context);
    }
}
