namespace TwoStory.Functions.Http;

/// <summary>Leads in Azure; the endpoints are <c>LeadEndpoints</c>'.</summary>
public sealed class LeadFunctions(ApiPipeline api)
{
    [Function("ListLeads")]
    public Task<IResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "leads")] HttpRequest request) => api.Run(request);

    [Function("CreateLead")]
    public Task<IResult> Create([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "leads")] HttpRequest request) => api.Run(request);

    [Function("GetLead")]
    public Task<IResult> Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "leads/{id:guid}")] HttpRequest request) => api.Run(request);

    [Function("UpdateLead")]
    public Task<IResult> Update([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "leads/{id:guid}")] HttpRequest request) => api.Run(request);

    [Function("DeleteLead")]
    public Task<IResult> Delete([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "leads/{id:guid}")] HttpRequest request) => api.Run(request);

    [Function("ListLeadValues")]
    public Task<IResult> Values(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "leads/{id:guid}/value-history")] HttpRequest request) => api.Run(request);

    [Function("ListLeadNearbySales")]
    public Task<IResult> Sales(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "leads/{id:guid}/nearby-sales")] HttpRequest request) => api.Run(request);
}
