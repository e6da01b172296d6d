namespace TwoStory.Functions.Http;

/// <summary>The organization in Azure; the endpoints are <c>OrganizationEndpoints</c>'.</summary>
public sealed class OrganizationFunctions(ApiPipeline api)
{
    [Function("GetOrganization")]
    public Task<IResult> Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "organization")] HttpRequest request) => api.Run(request);

    [Function("UpdateOrganization")]
    public Task<IResult> Update([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "organization")] HttpRequest request) => api.Run(request);

    [Function("ListAuditEvents")]
    public Task<IResult> ListAudit([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "organization/audit")] HttpRequest request) => api.Run(request);

    [Function("GetUsage")]
    public Task<IResult> GetUsage([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "organization/usage")] HttpRequest request) => api.Run(request);

    [Function("GetSubscription")]
    public Task<IResult> GetSubscription(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "organization/subscription")] HttpRequest request) => api.Run(request);

    [Function("ChangeSubscription")]
    public Task<IResult> ChangeSubscription(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "organization/subscription")] HttpRequest request) => api.Run(request);

    [Function("SetSparkCredentials")]
    public Task<IResult> SetSparkCredentials(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "organization/spark-credentials")] HttpRequest request) => api.Run(request);
}
