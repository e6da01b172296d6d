namespace TwoStory.Functions.Http;

/// <summary>Hands unknown paths and wrong methods to the API too, so that they answer problem+json and not the host's empty 404.</summary>
public sealed class FallbackFunctions(ApiPipeline api)
{
    [Function("Fallback")]
    public Task<IResult> Any(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", "post", "put", "patch", "delete", "options", "trace", Route = "{*path}")] HttpRequest request) => api.Run(request);
}
