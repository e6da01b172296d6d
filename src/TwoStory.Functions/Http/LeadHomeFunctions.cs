namespace TwoStory.Functions.Http;

/// <summary>Provider data about a lead's home in Azure; the endpoints are <c>LeadHomeEndpoints</c>'.</summary>
public sealed class LeadHomeFunctions(ApiPipeline api)
{
    [Function("RefreshLeadNearbySales")]
    public Task<IResult> RefreshSales(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "leads/{id:guid}/nearby-sales/refresh")] HttpRequest request) => api.Run(request);

    [Function("RefreshLeadValue")]
    public Task<IResult> RefreshValue(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "leads/{id:guid}/value/refresh")] HttpRequest request) => api.Run(request);

    [Function("GetLeadMarket")]
    public Task<IResult> Market([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "leads/{id:guid}/market")] HttpRequest request) => api.Run(request);

    [Function("ListLeadComparables")]
    public Task<IResult> Comparables(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "leads/{id:guid}/comparables")] HttpRequest request) => api.Run(request);
}
