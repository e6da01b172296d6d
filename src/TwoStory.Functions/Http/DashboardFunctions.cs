namespace TwoStory.Functions.Http;

/// <summary>The dashboard in Azure; the endpoint is <c>DashboardEndpoints</c>'.</summary>
public sealed class DashboardFunctions(ApiPipeline api)
{
    [Function("GetDashboardStats")]
    public Task<IResult> Stats([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "dashboard/stats")] HttpRequest request) => api.Run(request);
}
