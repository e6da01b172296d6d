namespace TwoStory.Functions.Http;

/// <summary>The API's own description in Azure; the endpoints are <c>DescriptionEndpoints</c>'.</summary>
public sealed class DescriptionFunctions(ApiPipeline api)
{
    [Function("OpenApi")]
    public Task<IResult> OpenApi([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "openapi.json")] HttpRequest request) => api.Run(request);

    [Function("Docs")]
    public Task<IResult> Docs([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "docs")] HttpRequest request) => api.Run(request);
}
