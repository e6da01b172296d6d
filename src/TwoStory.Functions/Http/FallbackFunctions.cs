namespace TwoStory.Functions.Http;

/// <summary>Sends unknown paths and methods to the API, so that they get problem+json instead of the empty 404 of the Functions host.</summary>
public sealed class FallbackFunctions(ApiPipeline api)
{
    /// <summary>The Functions host uses the first matching route in the order of function names, so this name must sort last.</summary>
    public const string Name = "ZFallback";

    [Function(Name)]
    public Task<IResult> Any(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", "post", "put", "patch", "delete", "options", "trace", Route = "{*path}")] HttpRequest request) => api.Run(request);
}
