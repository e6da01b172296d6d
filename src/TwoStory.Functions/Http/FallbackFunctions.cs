namespace TwoStory.Functions.Http;

/// <summary>Hands unknown paths and wrong methods to the API too, so that they answer problem+json and not the host's empty 404.</summary>
public sealed class FallbackFunctions(ApiPipeline api)
{
    /// <summary>The host takes the first matching route in the order of function names, so this name must sort last.</summary>
    public const string Name = "ZFallback";

    [Function(Name)]
    public Task<IResult> Any(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", "post", "put", "patch", "delete", "options", "trace", Route = "{*path}")] HttpRequest request) => api.Run(request);
}
