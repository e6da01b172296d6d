namespace TwoStory.Functions.Http;

/// <summary>Health in Azure; the endpoint is <c>HealthEndpoints</c>'.</summary>
public sealed class HealthFunctions(ApiPipeline api)
{
    [Function("Health")]
    public Task<IResult> Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequest request) => api.Run(request);
}
