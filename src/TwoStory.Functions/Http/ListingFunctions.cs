namespace TwoStory.Functions.Http;

/// <summary>The MLS's listings in Azure; the endpoints are <c>ListingEndpoints</c>'.</summary>
public sealed class ListingFunctions(ApiPipeline api)
{
    [Function("FindListings")]
    public Task<IResult> Find([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "listings")] HttpRequest request) => api.Run(request);

    [Function("GetListing")]
    public Task<IResult> Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "listings/{listingKey}")] HttpRequest request) => api.Run(request);
}
